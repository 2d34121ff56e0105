"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { FoundObject, SearchAnswer } from "@/lib/schemas/search";
import { api } from "../api-client";

const settleMs = 150;

/** The groups, providers, models, keys and accounts that answer what was typed, asked for once typing rests. */
export function useObjects(typed: string): { items: readonly FoundObject[]; busy: boolean; failed: boolean } {
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), settleMs);
    return () => clearTimeout(timer);
  }, [typed]);
  const query = useQuery({
    queryKey: ["palette", settled],
    queryFn: () => api.get<SearchAnswer>(`/api/admin/search?q=${encodeURIComponent(settled.slice(0, 200))}`),
    enabled: settled !== "",
    placeholderData: keepPreviousData,
  });
  const asked = typed !== "";
  return {
    items: asked ? (query.data?.items ?? []) : [],
    busy: asked && (query.isFetching || settled !== typed),
    failed: asked && query.isError,
  };
}
