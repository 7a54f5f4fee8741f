package io.sketchstream.cli;

import io.sketchstream.cli.backup.BackupFolder;
import io.sketchstream.cli.backup.BackupLocation;
import io.sketchstream.cli.backup.BrokenBackupException;
import io.sketchstream.cli.backup.KafkaAccess;
import io.sketchstream.cli.backup.Manifest;
import io.sketchstream.cli.backup.Progress;
import io.sketchstream.cli.backup.SavedModels;
import io.sketchstream.cli.backup.TopicBackup;
import io.sketchstream.events.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `backup`: saves everything that can't be rebuilt into a directory, while the server runs.
@Command(
    name = "backup",
    description = {
      "Save images, labels, models, training runs and standing queries for 'restore', in a directory"
          + " or an S3 bucket.",
      "",
      "The server keeps running. The backup shows the state at one moment near the end of the copy."
          + " The index and the vectors are not saved; they are rebuilt from the images. A backup for"
          + " a bucket is first made in --work-dir, checked, then sent, the manifest last."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream backup /backups/$(date +%%F)",
      "  sketchstream backup --server http://localhost:8083 --kafka localhost:9092 /backups/today",
      "  sketchstream backup --home /srv/sketchstream --server http://localhost:8090 /backups/today",
      "  sketchstream backup --settings .env --settings keys /backups/today",
      "  sketchstream backup s3://bucket/sketchstream/today",
      "  sketchstream backup --s3-endpoint http://minio:9000 s3://bucket/today"
    })
final class BackupCommand implements Callable<Integer> {
  @Mixin private ServerOption server;

  @Mixin private ServicesOption services;

  @Mixin private KafkaOption kafka;

  @Mixin private LocationOption locations;

  @Parameters(
      paramLabel = "DIR|s3://BUCKET/PREFIX",
      description = "Target: a new or empty directory, or a prefix of a bucket with nothing in it.")
  private String location;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description =
          "An additional file to save, such as .env; can be repeated. The sketchstream.properties of the"
              + " server's home is always saved.")
  private List<Path> settings = new ArrayList<>();

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    try (StopSignal _ = new StopSignal()) { // So that Ctrl-C deletes the copy for a bucket.
      return save();
    }
  }

  private int save() {
    ProgressLine line = new ProgressLine(spec.commandLine().getErr());
    try (Services open = services.of(server.open());
        BackupLocation target = locations.open(location)) {
      KafkaAccess brokers = kafka.open(open.kafka());
      try {
        target.prepare();
        Manifest manifest = save(open, brokers, target, line);
        target.send(progress(line));
        line.clear();
        tell(manifest);
        return 0;
      } catch (KafkaException e) {
        throw KafkaOption.failure(brokers, e);
      }
    } catch (BrokenBackupException e) {
      throw new CommandFailure(e.getMessage());
    } catch (IOException e) {
      throw new CommandFailure(location + ": can't be written: " + Reasons.withFile(e));
    } finally {
      line.clear();
    }
  }

  private Manifest save(
      Services open, KafkaAccess brokers, BackupLocation target, ProgressLine line)
      throws IOException, BrokenBackupException {
    BackupFolder folder = BackupFolder.create(target.directory());
    List<Manifest.SettingsFile> kept = new ArrayList<>();
    for (Path file : settings(open)) {
      kept.add(Manifest.SettingsFile.copy(folder.path(), file));
    }
    BackupSamples answers = new BackupSamples(open);
    List<Manifest.Sample> samples = answers.take();
    TopicBackup.Copy copy;
    try (TopicBackup topics =
        new TopicBackup(brokers, folder, progress(line), InstantSource.system())) {
      copy = topics.take();
    }
    samples = answers.stillFound(samples);
    List<Manifest.ModelFile> models =
        new BackupModels(open.training(), line)
            .save(SavedModels.read(folder, copy.files()), folder);
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            spec.root().version()[0],
            copy.at().toString(),
            copy.cluster(),
            copy.topics(),
            copy.files(),
            models,
            samples,
            kept);
    folder.finish(manifest);
    return manifest;
  }

  /// The files that were named, and that of the home.
  private List<Path> settings(Services open) throws IOException {
    List<Path> files = new ArrayList<>(settings);
    Path own = kafka.configOfHome(open.kafka()).orElse(null);
    for (Path named : settings) {
      if (own != null && Files.exists(named) && Files.isSameFile(own, named)) {
        own = null;
      }
    }
    if (own != null) {
      files.add(own);
    }
    return files;
  }

  private void tell(Manifest manifest) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, "%s: %s, as of %s%n", location, contents(manifest), manifest.taken());
    long leftOut = manifest.records().stream().mapToLong(Manifest.RecordsFile::leftOut).sum();
    if (leftOut > 0) {
      out.printf(Locale.ROOT, "skipped: %,d records that are too large for any service%n", leftOut);
    }
    out.flush();
  }

  /// The content of a backup, as text.
  static String contents(Manifest manifest) {
    return String.format(
        Locale.ROOT,
        "%,d images, %,d labels, %,d standing queries, %,d models",
        manifest.live(Topics.IMAGES.name()),
        manifest.live(Topics.LABELS.name()),
        manifest.live(Topics.STANDING_QUERIES.name()),
        manifest.models().size());
  }

  /// Shows the progress of a backup.
  static Progress progress(ProgressLine line) {
    return (what, done, total) ->
        line.share(
            what,
            total == 0 ? 1 : (double) done / total,
            String.format(Locale.ROOT, "%,d of %,d", done, total));
  }
}
