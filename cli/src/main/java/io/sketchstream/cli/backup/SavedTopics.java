package io.sketchstream.cli.backup;

import io.sketchstream.events.Topics;
import java.util.List;

/// The topics that can't be rebuilt, and so are in a backup. Everything else is a function of them,
/// or is over within the hour.
public final class SavedTopics {
  /// Topics that refer to others come first, so that a label or a standing query in a backup never
  /// names an image that was added later.
  static final List<String> NAMES =
      List.of(
          Topics.LABELS.name(),
          Topics.MODELS.name(),
          Topics.TRAINING_RUNS.name(),
          Topics.STANDING_QUERIES.name(),
          Topics.IMAGES.name());

  /// The topics whose records are restored as they were, so that they can be compared. What is not
  /// in a backup of an earlier release is left as it is.
  public static final List<String> COPIED =
      List.of(Topics.LABELS.name(), Topics.STANDING_QUERIES.name(), Topics.IMAGES.name());

  private SavedTopics() {}
}
