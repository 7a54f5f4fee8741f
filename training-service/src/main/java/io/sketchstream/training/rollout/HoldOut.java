package io.sketchstream.training.rollout;

import io.sketchstream.events.Sketch;
import java.util.List;
import java.util.Map;

/// Labelled examples to hold generations against while they serve.
interface HoldOut {
  /// As of now.
  ///
  /// @throws org.apache.kafka.common.KafkaException when the labels can't be read
  Examples examples();

  /// A sketch and its class.
  record Query(Sketch sketch, String className) {}

  /// What to search with, and what is right.
  ///
  /// @param images classes of labelled images, by id
  record Examples(List<Query> queries, Map<String, String> images) {
    /// How many images a query should find.
    long relevant(Query query) {
      return images.values().stream().filter(query.className()::equals).count();
    }
  }
}
