package io.sketchstream.ingest.gallery;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.ImageIngested;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jboss.logging.Logger;

/// Converts records of `images` to directory entries, while restoring as well as live. A record
/// that is not a valid image removes its id from the gallery and is logged: nothing could be served
/// from it.
///
/// **Threads:** only the Kafka Streams thread of the directory.
final class DirectoryProcessor implements Processor<String, byte[], Void, Void> {
  private static final Logger LOG = Logger.getLogger(DirectoryProcessor.class);

  /// Told after each record which one it was.
  interface Applied extends BiConsumer<String, RecordMetadata> {}

  private final LongConsumer counted;
  private final Applied applied;
  private ProcessorContext<Void, Void> context;
  private KeyValueStore<String, byte[]> entries;
  private long count;

  /// @param counted receives the number of images after each change
  DirectoryProcessor(LongConsumer counted, Applied applied) {
    this.counted = counted;
    this.applied = applied;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    entries = context.getStateStore(DirectoryTopology.STORE);
    count = 0;
    try (KeyValueIterator<String, byte[]> all = entries.all()) {
      while (all.hasNext()) {
        all.next();
        count++;
      }
    }
    counted.accept(count);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    String id = record.key();
    if (id != null) {
      replace(id, entry(record, metadata));
    }
    applied.accept(id, metadata);
  }

  private void replace(String id, byte[] entry) {
    byte[] former = entries.get(id);
    if (entry == null) {
      entries.delete(id);
    } else {
      entries.put(id, entry);
    }
    count += (entry == null ? 0 : 1) - (former == null ? 0 : 1);
    counted.accept(count);
  }

  private static byte[] entry(Record<String, byte[]> record, RecordMetadata metadata) {
    if (record.value() == null) {
      return null;
    }
    try {
      ImageIngested image = ImageIngested.parseFrom(record.value());
      GalleryEntry.check(record.key(), image);
      return GalleryEntry.of(image, metadata.partition(), metadata.offset()).toBytes();
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      LOG.warnf(
          "record %d:%d of images (%.100s) is not a valid image and is skipped: %s",
          metadata.partition(), metadata.offset(), record.key(), e.getMessage());
      return null;
    }
  }
}
