"use client";

import { useMemo } from "react";
import { useMay } from "../permissions";
import { type NavigationGroup, navigation } from "./navigation";

/** The pages that the signed-in person may open, in their groups. */
export function useNavigation(): readonly NavigationGroup[] {
  const may = useMay();
  return useMemo(
    () =>
      navigation
        .map((group) => ({ ...group, items: group.items.filter((item) => may(item.permission ?? "read")) }))
        .filter((group) => group.items.length > 0),
    [may],
  );
}
