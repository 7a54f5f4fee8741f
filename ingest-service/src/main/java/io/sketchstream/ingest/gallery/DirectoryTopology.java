package io.sketchstream.ingest.gallery;

import io.sketchstream.events.Topics;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.Stores;

/// Builds the directory: which images are in the gallery.
///
/// ```
/// images ──> directory ──> gallery (every partition, on every instance)
/// ```
///
/// The store's content differs from its topic's, which is allowed because Kafka Streams restores a
/// global store through its processor (KAFKA-7663). The topic is the only copy that counts.
final class DirectoryTopology {
  static final String STORE = "gallery";

  private DirectoryTopology() {}

  static Topology build(ProcessorSupplier<String, byte[], Void, Void> directory) {
    return new Topology()
        .addGlobalStore(
            Stores.keyValueStoreBuilder(
                    Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
                .withLoggingDisabled(),
            "images",
            Serdes.String().deserializer(),
            Serdes.ByteArray()
                .deserializer(), // Parsed by the processor: a bad one must not stop it.
            Topics.IMAGES.name(),
            "directory",
            directory);
  }
}
