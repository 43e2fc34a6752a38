// The built module from JavaScript's side: run by `cargo xtask wasm`, after `pkg/` was written.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { evaluate } from "../pkg/ordain_wasm.js";

const policy = JSON.stringify({
  properties: {
    mode: "Indexed",
    policyRule: {
      if: {
        allOf: [
          { field: "type", equals: "Microsoft.ContainerRegistry/registries" },
          { field: "Microsoft.ContainerRegistry/registries/adminUserEnabled", equals: true },
        ],
      },
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
  const [outcome, ...others] = answer.outcomes;
  assert.deepEqual(others, []);
  assert.equal(outcome.state, "NonCompliant");
  assert.equal(outcome.policy.effect, "audit");
  assert.equal(outcome.message, "adminUserEnabled is `true`");
  const decisive = outcome.conditions.at(-1);
  assert.equal(decisive.path, "$['properties']['adminUserEnabled']");
  assert.equal(decisive.value, true);
});

test("a text that can't be read is thrown as an Error that names it", () => {
  assert.throws(() => evaluate("{", resource), { name: "Error", message: /policy/ });
  assert.throws(() => evaluate(policy, "{"), { name: "Error", message: /resource/ });
});

test("a resource that is as it should be is compliant", () => {
  const good = JSON.parse(resource);
  good.properties.adminUserEnabled = false;
  const answer = JSON.parse(evaluate(policy, JSON.stringify(good)));
  assert.deepEqual(answer.outcomes.map((outcome) => outcome.state), ["Compliant"]);
});

test("an expression nested as deep as is taken does not exhaust the stack", () => {
  const deep = "[" + "not(".repeat(127) + "true()" + ")".repeat(127) + "]";
  const rule = { if: { value: deep, equals: false }, then: { effect: "audit" } };
  const answer = JSON.parse(evaluate(JSON.stringify({ mode: "All", policyRule: rule }), resource));
  assert.equal(answer.outcomes[0].state, "NonCompliant");
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
