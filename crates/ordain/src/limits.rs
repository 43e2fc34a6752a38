//! The bounds that rules set on input and work, with their defaults and their errors.

/// Nesting of arrays and objects in a text that is read (spec D-7, I-83): `TooDeep` beyond.
pub const JSON_DEPTH: usize = 128;
/// Size of a policy text in bytes (spec D-7): `TooLarge` beyond.
pub const POLICY_BYTES: usize = 64 << 20;
/// Bytes that may be read again where lines of a policy text are broken and their faults show far behind (spec D-15):
/// `TooManyFaults` beyond.
pub const REREAD_BYTES: usize = POLICY_BYTES;
/// Nesting of brackets in an expression that the parser takes at all (spec F-14): `Syntax` beyond. Twice
/// what the service takes; reading and evaluating a level need up to 4.7 KB of stack in a debug build (1.2 KB in a
/// release build), and a stack of 1 MB (WASM, main threads of Windows) must not run out of it.
pub const EXPRESSION_BRACKETS: usize = 128;
/// Nesting of calls that the service takes (spec F-14, D-72): warning `LimitExceeded` beyond.
pub const EXPRESSION_DEPTH: usize = 64;
/// Arguments of one call that the service takes (spec D-72): warning beyond.
pub const ARGUMENTS: usize = 128;
/// Characters of one expression that the service takes (spec D-72): warning beyond.
pub const EXPRESSION_LENGTH: usize = 81_920;
/// Function calls in one rule (spec D-72): warning beyond.
pub const CALLS: usize = 2_048;
/// Leaf conditions in `if` (spec D-72): warning beyond.
pub const CONDITIONS: usize = 4_096;
/// Leaf conditions in `existenceCondition` (spec D-72): warning beyond.
pub const EXISTENCE_CONDITIONS: usize = 128;
/// Field counts over one array (spec D-72): warning beyond.
pub const FIELD_COUNTS: usize = 5;
/// Value counts in one rule (spec D-72): warning beyond.
pub const VALUE_COUNTS: usize = 10;
/// Iterations of nested value counts (spec D-73, QR-9): evaluation fails beyond when the array depends on
/// the resource.
pub const VALUE_COUNT_ITERATIONS: usize = 200;
/// UTF-16 units of a text that a function takes or returns (spec F-15): error `Limit` beyond.
pub const TEXT_UNITS: usize = 131_072;
/// Nesting of a value that a function takes or returns (spec F-15).
pub const VALUE_DEPTH: usize = 128;
/// Nodes of a value that a function takes or returns (spec F-15).
pub const VALUE_NODES: usize = 32_768;
