package io.sketchstream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.robothy.s3.rest.LocalS3;
import com.robothy.s3.rest.bootstrap.LocalS3Mode;
import io.sketchstream.cli.backup.BackupFolder;
import io.sketchstream.cli.backup.BackupLocation;
import io.sketchstream.cli.backup.BrokenBackupException;
import io.sketchstream.cli.backup.Manifest;
import io.sketchstream.cli.backup.Progress;
import io.sketchstream.store.S3Folder;
import io.sketchstream.store.S3Options;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// A backup in a bucket of an S3 server in this JVM.
final class BackupInBucketTest {
  private static final Progress QUIET = (_, _, _) -> {};
  private static LocalS3 server;
  private static URI endpoint;
  private static S3Options options;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    server = LocalS3.builder().port(-1).mode(LocalS3Mode.IN_MEMORY).build();
    server.start();
    endpoint = URI.create("http://127.0.0.1:" + server.getPort());
    options =
        new S3Options(
            Optional.of(endpoint), "us-east-1", Optional.of("access"), Optional.of("secret"));
    System.setProperty("aws.accessKeyId", "access");
    System.setProperty("aws.secretAccessKey", "secret");
    try (S3Client client =
        S3Client.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(endpoint)
            .forcePathStyle(true)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .build()) {
      client.createBucket(create -> create.bucket("backups"));
    }
  }

  @AfterAll
  static void stop() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
    server.shutdown();
  }

  @Test
  void givesBackWhatWasSaved() throws Exception {
    Manifest saved = save("s3://backups/whole");
    try (BackupLocation target = open("s3://backups/whole")) {
      assertEquals(saved, target.fetch(QUIET));
      assertEquals("anything", Files.readString(target.directory().resolve("settings-env")));
    }
    assertEquals(0, copies(), "no copy stays on this machine");
    try (BackupLocation target = open("s3://backups/whole")) {
      BrokenBackupException refused = assertThrows(BrokenBackupException.class, target::prepare);
      assertTrue(refused.getMessage().contains("a finished backup already"), refused::getMessage);
    }
    Ran checked = check("s3://backups/whole");
    assertEquals(0, checked.exitCode(), checked.err());
    assertTrue(checked.out().startsWith("intact: 0 images"), checked.out());
  }

  @Test
  void restoresNothingThatIsDamagedOrUnfinished() throws Exception {
    Manifest _ = save("s3://backups/damaged");
    Path other = Files.writeString(directory.resolve("other"), "anythinG");
    try (S3Folder bucket = S3Folder.open("s3://backups/damaged", options)) {
      bucket.put("settings-env", other);
      Ran damaged = check("s3://backups/damaged");
      assertEquals(1, damaged.exitCode(), damaged.err());
      assertTrue(damaged.err().contains("settings-env was changed"), damaged.err());
      bucket.delete("settings-env");
      Ran missing = check("s3://backups/damaged");
      assertEquals(1, missing.exitCode(), missing.err());
      assertTrue(
          missing.err().contains("s3://backups/damaged/settings-env is missing"), missing.err());
      bucket.put("settings-env", other);
      bucket.delete(Manifest.FILE);
    }
    Ran unfinished = check("s3://backups/damaged");
    assertEquals(1, unfinished.exitCode(), unfinished.err());
    assertTrue(unfinished.err().contains("holds no finished backup"), unfinished.err());
    try (BackupLocation target = open("s3://backups/damaged")) {
      target.prepare(); // What an unfinished one left is replaced.
    }
    try (S3Folder bucket = S3Folder.open("s3://backups/damaged", options)) {
      assertEquals(0, bucket.names().size());
    }
  }

  @Test
  void leavesWhatIsNotABackup() throws Exception {
    Path thesis = Files.writeString(directory.resolve("thesis.txt"), "years of work");
    try (S3Folder bucket = S3Folder.open("s3://backups/thesis", options);
        BackupLocation target = open("s3://backups/thesis")) {
      bucket.put("thesis.txt", thesis);
      BrokenBackupException refused = assertThrows(BrokenBackupException.class, target::prepare);
      assertTrue(refused.getMessage().contains("thesis.txt is in it"), refused::getMessage);
      assertTrue(bucket.bytes("thesis.txt").isPresent());
    }
  }

  @Test
  void namesWhatIsWrongWithABucket() {
    Ran none = check("s3:///prefix");
    assertEquals(2, none.exitCode(), none.err());
    assertTrue(none.err().contains("names no bucket"), none.err());
    Ran unknown = check("s3://no-such-bucket/x");
    assertEquals(1, unknown.exitCode(), unknown.err());
    assertTrue(unknown.err().contains("s3://no-such-bucket/x"), unknown.err());
  }

  private Manifest save(String location) throws Exception {
    try (BackupLocation target = open(location)) {
      target.prepare();
      BackupFolder folder = BackupFolder.create(target.directory());
      Path settings = Files.writeString(directory.resolve("env"), "anything");
      Manifest manifest =
          new Manifest(
              Manifest.FORMAT,
              "test",
              "2026-01-31T00:00:00Z",
              "cluster",
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of(Manifest.SettingsFile.copy(folder.path(), settings)));
      folder.finish(manifest);
      target.send(QUIET);
      return manifest;
    } finally {
      assertEquals(0, copies());
    }
  }

  private BackupLocation open(String location) throws Exception {
    return BackupLocation.open(location, options, directory);
  }

  private long copies() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isDirectory).count();
    }
  }

  private Ran check(String location) {
    return Ran.execute(
        "restore",
        "--check",
        "--s3-endpoint",
        endpoint.toString(),
        "--work-dir",
        directory.toString(),
        location);
  }
}
