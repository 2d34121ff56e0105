// PM2: pm2 start deploy/ecosystem.config.cjs && pm2 save && pm2 startup
// One process: the gateway keeps its counters in memory, so more instances on one database are refused at start.
const { resolve } = require("node:path");

module.exports = {
  apps: [
    {
      name: "sluice",
      cwd: resolve(__dirname, ".."),
      script: "npm",
      args: "start",
      exec_mode: "fork",
      instances: 1,
      // npm hands the place to Node itself, so the signal reaches the gateway; it then has 30 s for open answers.
      kill_timeout: 40_000,
      wait_ready: false,
      max_restarts: 10,
      exp_backoff_restart_delay: 200,
      // A value in the environment that cannot be used: a restart alone will not help.
      stop_exit_codes: [78],
    },
  ],
};
