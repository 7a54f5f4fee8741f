package io.sketchstream.embed.images;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.embed.images.ImageOutcome.Embedded;
import io.sketchstream.encoder.Embedding;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Sha256;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Finds the embedding that a generation made of an image before its attributes were changed, so
/// that it is not made again.
///
/// A record of `images` may name the offset of the record that it replaces. The embedding of that
/// one is searched by the header `images-offset`, which rises along the embeddings, nearly one for
/// one: a few reads find it. It counts only if it was made of the same pixels, so whatever is
/// found, no image gets a wrong vector; where nothing is found, the image is embedded.
///
/// **Threads:** any; one searches at a time. **Owns:** its consumer, which is in no group.
final class FormerEmbeddings implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(FormerEmbeddings.class);

  private static final Duration READ_MAX = Duration.ofSeconds(1);
  private static final int READS_MAX = 30;
  private static final int FETCH_SIZE = 64 << 10;

  /// Reads guided by the distance, before the range is halved.
  private static final int GUIDED_MAX = 6;

  /// So many records before the place where one is expected are read, too.
  private static final int MARGIN = 8;

  /// After so many searches without success, such as after a restore, only a few are tried.
  private static final int MISSES_MAX = 16;

  private static final int TRY_ONE_IN = 32;
  private static final int PIXELS_SIZE = 16;

  private final String topic;
  private final KafkaClients clients;
  private final String clientId;
  private KafkaConsumer<byte[], byte[]> reader;
  private boolean closed;
  private int misses;

  FormerEmbeddings(Generation generation, KafkaClients clients) {
    this.topic = Topics.imageEmbeddings(generation).name();
    this.clients = clients;
    this.clientId = generation.embedGroup() + "-former";
  }

  /// What identifies the pixels of an image, as an embedding carries it.
  static ByteString pixels(ImageIngested image) {
    MessageDigest sha256 = Sha256.digest();
    sha256.update(image.getJpeg().asReadOnlyByteBuffer());
    return ByteString.copyFrom(sha256.digest(), 0, PIXELS_SIZE);
  }

  /// The embedding of an image, if its generation made it of the same pixels before.
  ///
  /// @param record of `images`
  /// @param wanted offset of the record that it replaces
  /// @param image that the embedding is for
  synchronized Optional<Embedded> find(
      ConsumerRecord<byte[], byte[]> record, long wanted, ImageIngested image) {
    if (closed || wanted < 0 || wanted >= record.offset()) {
      return Optional.empty();
    }
    if (misses >= MISSES_MAX && misses++ % TRY_ONE_IN != 0) {
      return Optional.empty();
    }
    try {
      Optional<Embedded> found =
          search(new TopicPartition(topic, record.partition()), record, wanted)
              .flatMap(former -> embedded(former, image));
      misses = found.isPresent() ? 0 : misses + 1;
      return found;
    } catch (KafkaException e) {
      LOG.debugf("%s can't be searched: %s", topic, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<ConsumerRecord<byte[], byte[]>> search(
      TopicPartition partition, ConsumerRecord<byte[], byte[]> record, long wanted) {
    KafkaConsumer<byte[], byte[]> consumer = reader();
    consumer.assign(List.of(partition));
    long low = consumer.beginningOffsets(List.of(partition), READ_MAX).get(partition);
    long high = consumer.endOffsets(List.of(partition), READ_MAX).get(partition);
    long guess = high - (record.offset() - wanted);
    for (int reads = 0; reads < READS_MAX && low < high; reads++) {
      guess = Math.clamp(guess - MARGIN, low, high - 1);
      consumer.seek(partition, guess);
      List<ConsumerRecord<byte[], byte[]>> read = consumer.poll(READ_MAX).records(partition);
      Optional<ConsumerRecord<byte[], byte[]>> found =
          read.stream()
              .filter(each -> imagesOffset(each) == wanted)
              .filter(each -> Arrays.equals(each.key(), record.key()))
              .findFirst();
      if (found.isPresent() || read.isEmpty()) {
        return found;
      }
      long first = imagesOffset(read.getFirst());
      long last = imagesOffset(read.getLast());
      if (wanted < first) {
        high = guess;
        guess = read.getFirst().offset() - (first - wanted);
      } else if (wanted > last) {
        low = read.getLast().offset() + 1;
        guess = read.getLast().offset() + (wanted - last);
      } else {
        return Optional.empty();
      }
      if (reads >= GUIDED_MAX) {
        guess = low + (high - low) / 2;
      }
    }
    return Optional.empty();
  }

  private KafkaConsumer<byte[], byte[]> reader() {
    if (reader == null) { // Most images are new.
      reader =
          clients.reader(
              clientId,
              Map.of(
                  ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                  "read_uncommitted",
                  ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                  FETCH_SIZE,
                  ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                  FETCH_SIZE));
    }
    return reader;
  }

  private static long imagesOffset(ConsumerRecord<byte[], byte[]> record) {
    OptionalLong offset = EventHeaders.imagesOffset(record.headers());
    return offset.orElse(-1);
  }

  private static Optional<Embedded> embedded(
      ConsumerRecord<byte[], byte[]> record, ImageIngested image) {
    if (record.value() == null) {
      return Optional.empty();
    }
    try {
      ImageEmbedded former = ImageEmbedded.parseFrom(record.value());
      if (former.getPixels().isEmpty() || !former.getPixels().equals(pixels(image))) {
        return Optional.empty();
      }
      float[] vector = new float[former.getVectorCount()];
      for (int d = 0; d < vector.length; d++) {
        vector[d] = former.getVector(d);
      }
      return Optional.of(new Embedded(image, Embedding.of(vector), former.getHubness(), true));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      LOG.debugf("%d:%d: %s", record.partition(), record.offset(), e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (reader != null) {
      reader.close(CloseOptions.timeout(Duration.ZERO));
    }
  }
}
