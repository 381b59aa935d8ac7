/** Calls a function only with another value than before. */
export function onChange<Value>(tell: (value: Value) => void): (value: Value) => void {
  let last: Value | undefined;
  return (value) => {
    if (value !== last) tell(value);
    last = value;
  };
}
