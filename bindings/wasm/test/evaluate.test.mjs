// The built module from JavaScript's side: run by `cargo xtask wasm`, after `pkg/` was written.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { evaluate } from "../pkg/ordain_wasm.js";

const policy = JSON.stringify({
  properties: {
    mode: "Indexed",
    policyRule: {
      if: { field: "type", equals: "Microsoft.ContainerRegistry/registries" },
      then: { effect: "audit" },
    },
  },
});
const resource = JSON.stringify({
  id: "/subscriptions/0a000000-0000-4000-8000-000000000001/resourceGroups/rg-app/providers/Microsoft.ContainerRegistry/registries/acrapp",
  name: "acrapp",
  type: "Microsoft.ContainerRegistry/registries",
  location: "westeurope",
  properties: { adminUserEnabled: true },
});

test("a judgement comes back as JSON text", () => {
  const answer = JSON.parse(evaluate(policy, resource));
  assert.match(answer.version, /^\d+\.\d+\.\d+/);
});

test("a text that can't be read is thrown as an Error that names it", () => {
  assert.throws(() => evaluate("{", resource), { name: "Error", message: /policy/ });
  assert.throws(() => evaluate(policy, "{"), { name: "Error", message: /resource/ });
});

test("the module stays usable after an error", () => {
  assert.throws(() => evaluate("", ""));
  assert.doesNotThrow(() => evaluate(policy, resource));
});

test("the types speak of the answer, not of bindgen's defaults", async () => {
  const types = await readFile(new URL("../pkg/ordain_wasm.d.ts", import.meta.url), "utf8");
  assert.match(types, /export interface Answer/);
  assert.equal(types.match(/export function evaluate\(/g)?.length, 1);
});
