package io.sketchstream.cli.backup;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Sha256;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `manifest.json`: what a backup holds. It is written last, so a directory without one holds no
/// finished backup.
///
/// @param format version of the backup; [#FORMAT]
/// @param release that wrote it
/// @param taken the moment whose state it has, in ISO 8601
/// @param cluster id of the Kafka cluster that it is from
/// @param topics with their partitions and what Kafka may forget of them
/// @param records a file for each partition
/// @param models a file for each generation whose model is kept
/// @param samples answers to compare those of the restored gallery with
/// @param settings files of the operator's own, as they were
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
    int format,
    String release,
    String taken,
    String cluster,
    List<TopicLayout> topics,
    List<RecordsFile> records,
    List<ModelFile> models,
    List<Sample> samples,
    List<SettingsFile> settings) {
  public static final int FORMAT = 1;
  public static final String FILE = "manifest.json";

  /// Marks a directory whose backup is being written.
  static final String UNFINISHED = "unfinished";

  private static final long SIZE_MAX = 64L << 20;
  private static final int PARTITIONS_MAX = 10_000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{32}");
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  public Manifest {
    topics = List.copyOf(topics);
    records = List.copyOf(records);
    models = List.copyOf(models);
    samples = List.copyOf(samples);
    settings = List.copyOf(settings);
  }

  /// @param config settings of the topic itself
  public record TopicLayout(String topic, int partitions, Map<String, String> config) {
    public TopicLayout {
      config = Map.copyOf(config);
    }
  }

  /// The records of a partition.
  ///
  /// @param to the first offset that is not in it
  /// @param records removals and records that later ones replace included
  /// @param live keys that have a value in the end
  /// @param digest of those keys and values, 32 hexadecimal digits; see [LastRecords#digest]
  /// @param leftOut records that are too large for any topic
  public record RecordsFile(
      String file,
      String topic,
      int partition,
      long from,
      long to,
      long records,
      long live,
      String digest,
      long leftOut,
      String sha256) {
    BigInteger number() {
      return new BigInteger(digest, 16);
    }
  }

  /// The model of a generation as a zip archive, as training-service takes it.
  public record ModelFile(String file, String generation, String sha256) {
    /// Describes a file of a backup that is being written.
    public static ModelFile of(Path directory, String file, String generation) throws IOException {
      return new ModelFile(file, generation, Sha256.hex(directory.resolve(file)));
    }
  }

  /// The images similar to an image when the backup was taken, best first.
  public record Sample(String imageId, List<String> similar) {
    public Sample {
      similar = List.copyOf(similar);
    }
  }

  /// A file that the operator added.
  public record SettingsFile(String file, String sha256) {
    /// Copies a file into a backup that is being written.
    ///
    /// @throws IOException when it can't be read, or another one has its name
    public static SettingsFile copy(Path directory, Path from) throws IOException {
      String name = "settings-" + from.getFileName().toString().replaceAll("[^A-Za-z0-9._-]", "_");
      Path copy = Files.copy(from, directory.resolve(name));
      return new SettingsFile(name, Sha256.hex(copy));
    }
  }

  /// The names of all files of the backup, apart from this one.
  List<String> files() {
    return Stream.of(
            records.stream().map(RecordsFile::file),
            models.stream().map(ModelFile::file),
            settings.stream().map(SettingsFile::file))
        .flatMap(names -> names)
        .toList();
  }

  /// The files of one topic, by partition.
  public List<RecordsFile> of(String topic) {
    return records.stream().filter(file -> file.topic().equals(topic)).toList();
  }

  /// How many partitions a topic had; 0 when it is not in the backup.
  public int partitions(String topic) {
    return topics.stream()
        .filter(layout -> layout.topic().equals(topic))
        .mapToInt(TopicLayout::partitions)
        .findFirst()
        .orElse(0);
  }

  /// Keys of a topic that have a value.
  public long live(String topic) {
    return of(topic).stream().mapToLong(RecordsFile::live).sum();
  }

  /// Of all keys and values of a topic.
  BigInteger digest(String topic) {
    return of(topic).stream().map(RecordsFile::number).reduce(BigInteger.ZERO, LastRecords::sum);
  }

  /// Reads and checks the manifest of a backup.
  ///
  /// @throws BrokenBackupException when there is none, or it can't be trusted
  public static Manifest read(Path directory) throws IOException, BrokenBackupException {
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new BrokenBackupException(
          directory
              + " holds no finished backup: there is no "
              + FILE
              + (Files.exists(directory.resolve(UNFINISHED))
                  ? "; writing it was interrupted"
                  : ""));
    }
    if (Files.size(file) > SIZE_MAX) {
      throw new BrokenBackupException(file + " is larger than " + SIZE_MAX + " bytes");
    }
    try {
      Manifest manifest = JSON.readValue(Files.readAllBytes(file), Manifest.class);
      manifest.check();
      return manifest;
    } catch (JacksonException e) {
      throw new BrokenBackupException(file + ": " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new BrokenBackupException(file + ": " + e.getMessage(), e);
    }
  }

  /// Writes it, whole or not at all.
  void write(Path directory) throws IOException {
    Path part = directory.resolve(FILE + ".part");
    try (FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(this));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(part, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  private void check() {
    require(format == FORMAT, "format " + format + "; this release reads " + FORMAT);
    Set<String> files = new HashSet<>();
    for (TopicLayout layout : topics) {
      require(SavedTopics.NAMES.contains(layout.topic()), "unknown topic " + layout.topic());
      require(
          layout.partitions() > 0 && layout.partitions() <= PARTITIONS_MAX,
          layout.topic() + " has " + layout.partitions() + " partitions");
    }
    for (RecordsFile file : records) {
      checkFile(files, file.file(), file.sha256());
      require(
          file.partition() >= 0 && file.partition() < partitions(file.topic()),
          file.file() + ": partition " + file.partition() + " of " + file.topic());
      require(DIGEST.matcher(file.digest()).matches(), file.file() + ": digest");
      require(
          file.from() >= 0
              && file.to() >= file.from()
              && file.live() >= 0
              && file.records() >= file.live()
              && file.leftOut() >= 0,
          file.file() + ": its counts can't be true");
    }
    require(
        records.size() == topics.stream().mapToInt(TopicLayout::partitions).sum(),
        "not a file for each partition");
    for (ModelFile model : models) {
      checkFile(files, model.file(), model.sha256());
      Generation _ = new Generation(model.generation());
    }
    settings.forEach(file -> checkFile(files, file.file(), file.sha256()));
  }

  /// A unique file name that can't lead to another directory.
  private static void checkFile(Set<String> files, String name, String sha256) {
    require(NAME.matcher(name).matches(), "'" + name + "' is not a file name");
    require(files.add(name), name + " is listed twice");
    require(SHA256.matcher(sha256).matches(), name + ": '" + sha256 + "' is not a SHA-256");
  }

  private static void require(boolean valid, String reason) {
    if (!valid) {
      throw new IllegalArgumentException(reason);
    }
  }
}
