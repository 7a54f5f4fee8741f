package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.cli.backup.BackupCheck;
import io.sketchstream.cli.backup.BackupLocation;
import io.sketchstream.cli.backup.BrokenBackupException;
import io.sketchstream.cli.backup.KafkaAccess;
import io.sketchstream.cli.backup.Manifest;
import io.sketchstream.cli.backup.Progress;
import io.sketchstream.cli.backup.SavedTopics;
import io.sketchstream.cli.backup.TargetTopics;
import io.sketchstream.cli.backup.TopicRestore;
import io.sketchstream.events.PositionTokens;
import io.sketchstream.events.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `restore`: restores a backup into an installation, and compares records and search answers with
/// it.
@Command(
    name = "restore",
    description = {
      "Restore a backup into a running, empty installation, and verify the result.",
      "",
      "Every file is checked before anything is written. Afterwards the number and checksum of"
          + " images, labels and standing queries are compared, and some answers with those before"
          + " the backup. Earlier position tokens become invalid. The files saved by 'backup"
          + " --settings' stay in the backup."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream restore --check /backups/today      check the backup only",
      "  sketchstream restore /backups/today",
      "  sketchstream restore --s3-region eu-central-1 s3://bucket/sketchstream/today",
      "  sketchstream restore --server http://localhost:8083 --kafka localhost:9092 /backups/today"
    })
final class RestoreCommand implements Callable<Integer> {
  private static final double AGREEMENT_MIN = 0.8;
  private static final int LEADER_TRIES_MAX = 60;
  private static final int LEADER_PAUSE_MILLIS = 500;

  @Mixin private ServerOption server;

  @Mixin private ServicesOption services;

  @Mixin private KafkaOption kafka;

  @Mixin private LocationOption locations;

  @Parameters(paramLabel = "DIR|s3://BUCKET/PREFIX", description = "What 'backup' made.")
  private String location;

  @Option(names = "--check", description = "Check the files only; needs no server.")
  private boolean check;

  @Option(
      names = "--force",
      description =
          "Restore even if the installation is not empty: entries with the same id are replaced,"
              + " the rest stays.")
  private boolean force;

  @Option(
      names = "--no-wait",
      description = "Do not wait until searches see the images, and do not compare answers.")
  private boolean noWait;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    try (StopSignal _ = new StopSignal()) { // So that Ctrl-C deletes the copy of a bucket.
      return restore();
    }
  }

  private int restore() throws InterruptedException {
    ProgressLine line = new ProgressLine(spec.commandLine().getErr());
    Progress progress = BackupCommand.progress(line);
    try (BackupLocation source = locations.open(location)) {
      Manifest manifest = source.fetch(progress);
      BackupCheck.check(source.directory(), manifest, progress);
      line.clear();
      if (check) {
        say("intact: %s, as of %s", BackupCommand.contents(manifest), manifest.taken());
        return 0;
      }
      return restore(source.directory(), manifest, line, progress);
    } catch (BrokenBackupException e) {
      throw new CommandFailure(e.getMessage());
    } catch (IOException e) {
      throw new CommandFailure(location + ": can't be read: " + Reasons.withFile(e));
    } finally {
      line.clear();
    }
  }

  private int restore(Path directory, Manifest manifest, ProgressLine line, Progress progress)
      throws IOException, BrokenBackupException, InterruptedException {
    try (Services open = services.of(server.open())) {
      KafkaAccess brokers = kafka.open(open.kafka());
      awaitLeader(open.training());
      LogPositions written;
      boolean same;
      try (TargetTopics target = new TargetTopics(brokers)) {
        boolean empty = requireEmpty(target, progress);
        Map<String, String> models =
            new BackupModels(open.training(), line).restore(directory, manifest);
        written = write(new TopicRestore(brokers, target, directory, manifest, progress), models);
        same = compare(target, manifest, empty, progress);
      } catch (KafkaException e) {
        throw KafkaOption.failure(brokers, e);
      }
      line.clear();
      say("restored: %s, as of %s", BackupCommand.contents(manifest), manifest.taken());
      boolean alike = noWait || answers(open, manifest, written);
      return same && alike ? 0 : Main.FAILED;
    }
  }

  /// An instance that starts to lead later would decide from what it read before.
  private static void awaitLeader(Server training) throws InterruptedException {
    for (int tries = 0; tries < LEADER_TRIES_MAX; tries++) {
      JsonNode models = Server.expectJson(training.get("/v1/models", Map.of()));
      if (models.path("leading").asBoolean()) {
        return;
      }
      Thread.sleep(LEADER_PAUSE_MILLIS);
    }
    throw new CommandFailure("no instance leads the rollout at " + training.base() + "; try again");
  }

  private boolean requireEmpty(TargetTopics target, Progress progress) throws IOException {
    String content = target.content(progress);
    if (!content.isEmpty() && !force) {
      throw new CommandFailure(
          "the installation is not empty: it holds "
              + content
              + "; --force restores over them, or completes an interrupted restore");
    }
    return content.isEmpty();
  }

  /// Models first, so that images are embedded as they come.
  private static LogPositions write(TopicRestore restore, Map<String, String> uris)
      throws IOException, BrokenBackupException {
    restore.models(uris);
    Map<Integer, Long> _ = restore.records(Topics.LABELS.name());
    restore.runs();
    Map<Integer, Long> _ = restore.records(Topics.STANDING_QUERIES.name());
    LogPositions positions = new LogPositions();
    restore
        .records(Topics.IMAGES.name())
        .forEach((partition, offset) -> positions.add(PositionTokens.format(partition, offset)));
    return positions;
  }

  private boolean compare(TargetTopics target, Manifest manifest, boolean empty, Progress progress)
      throws IOException {
    if (!empty) {
      say("numbers not compared: the installation was not empty before");
      return true;
    }
    boolean same = true;
    for (String topic : SavedTopics.COPIED) {
      if (manifest.partitions(topic) > 0 && !target.holds(topic, manifest, progress)) {
        say(
            "%s differ from the backup, which has %,d; was anything written meanwhile?",
            topic, manifest.live(topic));
        same = false;
      }
    }
    return same;
  }

  private boolean answers(Services open, Manifest manifest, LogPositions written)
      throws InterruptedException {
    if (manifest.samples().isEmpty()) {
      return true;
    }
    SearchableWait wait = new SearchableWait(open.query(), spec.commandLine().getErr());
    if (!wait.await("embedding and indexing", written)) {
      return false;
    }
    BackupSamples.Agreement agreement = new BackupSamples(open).compare(manifest.samples());
    say(
        "answers: %d of %d images that were found before the backup are found again",
        agreement.found(), agreement.asked());
    agreement.missing().forEach(id -> say("searches do not find image %s", id));
    return agreement.missing().isEmpty() && agreement.found() >= AGREEMENT_MIN * agreement.asked();
  }

  private void say(String text, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, text + "%n", values);
    out.flush();
  }
}
