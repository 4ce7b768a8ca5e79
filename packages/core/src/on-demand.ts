/**
 * Makes a value when it is first asked for. For schemas that most programs never check anything with: making all of them
 * is a good part of what importing this package costs.
 */
export function onDemand<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
