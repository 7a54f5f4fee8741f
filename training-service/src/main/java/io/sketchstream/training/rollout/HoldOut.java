package io.sketchstream.training.rollout;

import io.sketchstream.events.Sketch;
import io.sketchstream.training.data.HeldOutClasses;
import java.util.List;
import java.util.Map;

/// Labelled examples to hold generations against while they serve.
interface HoldOut {
  /// As of now. Only those of classes that were held out, so that no model is flattered by what it
  /// was trained on; those of all classes where too few were.
  ///
  /// @throws org.apache.kafka.common.KafkaException when the labels can't be read
  Examples examples(HeldOutClasses heldOut);

  /// A sketch and its class.
  record Query(Sketch sketch, String className) {}

  /// What to search with, and what is right.
  ///
  /// @param images classes of labelled images, by id
  /// @param scope which classes these are, for people
  record Examples(List<Query> queries, Map<String, String> images, String scope) {
    /// How many images a query should find.
    long relevant(Query query) {
      return images.values().stream().filter(query.className()::equals).count();
    }
  }
}
