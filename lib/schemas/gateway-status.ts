/** How the data plane is. Of one that does not answer, only when it last did is known. */
export type GatewayStatus =
  | {
      answering: true;
      heardAt: string;
      ready: boolean;
      draining: boolean;
      inFlight: number;
      catalogVersion: number;
      journalBytes: number;
      /** Deployments that get no calls, or one at a time, after failures. */
      openCircuits: number;
    }
  | { answering: false; heardAt: string | null; ready: false };
