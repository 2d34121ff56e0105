import { watchTraversals } from "./components/unsaved-forms";

// This runs before anything of the page does, and so before the router listens to Back and Forward.
watchTraversals();
