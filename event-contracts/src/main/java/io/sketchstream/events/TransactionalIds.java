package io.sketchstream.events;

/// The Kafka transactional ids of the topics that have one writer at a time. Whoever takes an id
/// over (`initTransactions`) fences the writer before: the broker refuses what that one still
/// sends. They never change, since fencing depends on them.
public final class TransactionalIds {
  /// Of [Topics#MODELS].
  public static final String MODELS = "sketchstream-rollout";

  /// Of [Topics#TRAINING_RUNS].
  public static final String TRAINING_RUNS = "sketchstream-training-runs";

  /// Of [Topics#WEBHOOKS].
  public static final String WEBHOOKS = "sketchstream-webhooks";

  private TransactionalIds() {}
}
