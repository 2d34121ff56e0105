export const setupSteps = ["owner", "demoCall", "provider", "group", "key", "realCall"] as const;
export type SetupStep = (typeof setupSteps)[number];

/** How far an instance is set up, as its data tell. */
export type SetupProgress = {
  /** In order. Without a demo, `demoCall` is left out unless it was done. `href` is the form that does it, filled in. */
  steps: { step: SetupStep; done: boolean; href: string }[];
  done: number;
  total: number;
  finished: boolean;
  /** Whether the demo is there, to be called or to be removed. */
  demo: boolean;
};
