"use client";

import { useState } from "react";

/**
 * The object as it was when its form was opened. What is read again meanwhile is not what the reader changes: saving
 * with its version would write over it without a word.
 */
export function useFormBase<Value>(current: Value, open: boolean): Value {
  const [held, setHeld] = useState({ open, base: current });
  if (held.open === open) return open ? held.base : current;
  setHeld({ open, base: current });
  return current;
}
