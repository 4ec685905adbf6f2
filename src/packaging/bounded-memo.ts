/**
 * A function that remembers what `make` gave for at most `limit` keys, and forgets all of them when it is full:
 * hostile input cannot make it grow, and the few hundred versions and tags of a real index stay in it. Only for
 * pure `make`, whose values are shared and must not be changed. What `make` throws is not remembered.
 */
export function boundedMemo<Value>(limit: number, make: (key: string) => Value): (key: string) => Value {
  const remembered = new Map<string, Value>();
  return (key) => {
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    if (remembered.size >= limit) remembered.clear();
    remembered.set(key, value);
    return value;
  };
}
