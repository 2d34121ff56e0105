import { isApiError } from "@/components/api-client";

/** Whether a change was refused because somebody else saved the object first. */
export function isVersionConflict(error: unknown): boolean {
  return isApiError(error) && error.status === 409 && error.param === "version";
}
