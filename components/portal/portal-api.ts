import { api, isApiError } from "../api-client";

/** A session that is over leads to sign-in; a portal that was closed meanwhile to the page that says so. */
async function guarded<Answer>(path: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (isApiError(error) && error.code === "unauthorized") window.location.assign("/portal/login?ended=1");
    if (isApiError(error) && error.code === "not_found" && path === "key") window.location.assign("/portal");
    throw error;
  }
}

/** The portal's own API. Throws ApiError as `api` does. */
export const portalApi = {
  get: <Answer>(path: string) => guarded(path, api.get<Answer>(`/api/portal/${path}`)),
  put: <Answer>(path: string, body: unknown) => guarded(path, api.put<Answer>(`/api/portal/${path}`, body)),
};
