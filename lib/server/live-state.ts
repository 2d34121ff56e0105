import type { CredentialSetAside, DeploymentState } from "../gateway/types.ts";
import { logger } from "../logger.ts";
import type { DeploymentView, QuotaUse } from "../schemas/deployments.ts";
import type { CredentialView } from "../schemas/providers.ts";
import { control } from "./runtime.ts";

/** Live states by deployment; none while the data plane cannot be asked, so that stored data can still be shown. */
export async function statesById(): Promise<Map<string, DeploymentState>> {
  try {
    return new Map((await control().states()).map((state) => [state.deploymentId, state]));
  } catch (error) {
    logger().warn({ err: error }, "the data plane did not tell its deployment states");
    return new Map();
  }
}

const used = (limit: number | null, left: number | null) =>
  limit === null || left === null ? null : Math.max(0, limit - left);

function quotaUseOf({ quota }: DeploymentView, { quota: left }: DeploymentState): QuotaUse {
  return {
    requests: used(quota.requestsPerPeriod, left.requests),
    tokens: used(quota.tokensPerPeriod, left.tokens),
    total: used(quota.total, left.total),
    resetsAt: left.resetsAt === null ? null : new Date(left.resetsAt).toISOString(),
  };
}

function alive(deployment: DeploymentView, states: ReadonlyMap<string, DeploymentState>): DeploymentView {
  const state = states.get(deployment.id);
  return state ? { ...deployment, state, quotaUse: quotaUseOf(deployment, state) } : deployment;
}

/** The deployments with what the running gateway knows about each. */
export async function withStates(deployments: readonly DeploymentView[]): Promise<DeploymentView[]> {
  const states = await statesById();
  return deployments.map((deployment) => alive(deployment, states));
}

export async function withState(deployment: DeploymentView): Promise<DeploymentView> {
  return alive(deployment, await statesById());
}

/** Credentials out of use in the running gateway, by id; none while it cannot be asked. */
async function setAsideById(): Promise<Map<string, CredentialSetAside>> {
  try {
    return new Map((await control().credentialsSetAside()).map((entry) => [entry.credentialId, entry]));
  } catch (error) {
    logger().warn({ err: error }, "the data plane did not tell its credentials");
    return new Map();
  }
}

function withSetAside(credential: CredentialView, setAside: CredentialSetAside | undefined): CredentialView {
  if (!setAside || !credential.enabled) return credential;
  return {
    ...credential,
    state: "set_aside",
    setAside: {
      at: new Date(setAside.at).toISOString(),
      retryAt: new Date(setAside.retryAt).toISOString(),
      reason: setAside.reason,
    },
  };
}

/** Providers with the live state of their deployments and credentials. */
export async function withDeploymentStates<
  Provider extends { deployments: DeploymentView[]; credentials: CredentialView[] },
>(providers: readonly Provider[]): Promise<Provider[]> {
  const [states, setAside] = await Promise.all([statesById(), setAsideById()]);
  return providers.map((provider) => ({
    ...provider,
    credentials: provider.credentials.map((credential) => withSetAside(credential, setAside.get(credential.id))),
    deployments: provider.deployments.map((deployment) => alive(deployment, states)),
  }));
}
