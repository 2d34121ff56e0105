/**
 * Whose turn it is in each group. Whoever waited longest is next: a rotation that stays exact when members fail, sit out
 * and come back, because a turn is counted when it is taken, not by place in a list that changes.
 */
export class Turns {
  readonly #groups = new Map<string, Map<string, number>>();
  readonly #calls = new Map<string, number>();
  #taken = 0;

  /** A number that grows with each turn taken; 0 = never had one. The lowest is next. */
  last(groupId: string, deploymentId: string): number {
    return this.#groups.get(groupId)?.get(deploymentId) ?? 0;
  }

  take(groupId: string, deploymentId: string): void {
    let group = this.#groups.get(groupId);
    if (!group) {
      group = new Map();
      this.#groups.set(groupId, group);
    }
    group.set(deploymentId, ++this.#taken);
  }

  /** Calls of a group since the count began or was begun again. */
  callsCounted(groupId: string): number {
    return this.#calls.get(groupId) ?? 0;
  }

  countCall(groupId: string): void {
    this.#calls.set(groupId, this.callsCounted(groupId) + 1);
  }

  restartCount(groupId: string): void {
    this.#calls.set(groupId, 0);
  }

  /** Forgets groups and deployments that no longer exist. */
  prune(hasGroup: (id: string) => boolean, hasDeployment: (id: string) => boolean): void {
    for (const groupId of this.#calls.keys()) if (!hasGroup(groupId)) this.#calls.delete(groupId);
    for (const [groupId, group] of this.#groups) {
      if (!hasGroup(groupId)) this.#groups.delete(groupId);
      else for (const id of group.keys()) if (!hasDeployment(id)) group.delete(id);
    }
  }
}
