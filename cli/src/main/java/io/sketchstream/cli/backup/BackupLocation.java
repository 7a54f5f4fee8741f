package io.sketchstream.cli.backup;

import io.sketchstream.store.S3Folder;
import io.sketchstream.store.S3Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a backup is: a directory, or a bucket. A backup in a bucket is written and read in a
/// directory of this machine, so that it is checked before it is sent, and before anything of it is
/// restored.
///
/// **Threads:** one. **Owns:** that directory and the connections, until [#close].
public final class BackupLocation implements AutoCloseable {
  private final String location;
  private final Path directory;
  private final Optional<S3Folder> bucket;

  private BackupLocation(String location, Path directory, Optional<S3Folder> bucket) {
    this.location = location;
    this.directory = directory;
    this.bucket = bucket;
  }

  /// @param location a directory, or `s3://bucket/prefix`
  /// @param work where the copy of a backup in a bucket is made
  /// @throws IllegalArgumentException when the location is not valid
  public static BackupLocation open(String location, S3Options s3, Path work) throws IOException {
    if (!location.startsWith(S3Folder.SCHEME)) {
      return new BackupLocation(location, Path.of(location), Optional.empty());
    }
    S3Folder bucket = S3Folder.open(location, s3);
    Path copy = Files.createTempDirectory(work, "sketchstream-backup-");
    return new BackupLocation(location, copy, Optional.of(bucket));
  }

  /// The directory in which the backup is written or read.
  public Path directory() {
    return directory;
  }

  /// Checks that a backup may be written here, before it is made. What an unfinished one left in
  /// the bucket is deleted.
  ///
  /// @throws BrokenBackupException when a finished backup, or anything else, is here
  public void prepare() throws IOException, BrokenBackupException {
    if (bucket.isEmpty()) {
      return; // The folder of the backup checks its directory.
    }
    List<String> found = bucket.get().names();
    for (String name : found) {
      if (name.equals(Manifest.FILE)) {
        throw new BrokenBackupException(
            location + " holds a finished backup already; choose another prefix");
      }
      if (!BackupFolder.isOurs(name)) {
        throw new BrokenBackupException(location + " is not empty: " + name + " is in it");
      }
    }
    for (String name : found) {
      bucket.get().delete(name);
    }
  }

  /// Sends a finished backup to its bucket, the manifest last.
  public void send(Progress progress) throws IOException {
    if (bucket.isEmpty()) {
      return;
    }
    List<Path> files = new ArrayList<>(files());
    files.sort((a, b) -> Boolean.compare(isManifest(a), isManifest(b)));
    for (Path file : files) {
      progress.at("sending", files.indexOf(file), files.size());
      bucket.get().put(file.getFileName().toString(), file);
    }
  }

  /// Reads the manifest, and fetches all files that it names if the backup is in a bucket.
  ///
  /// @throws BrokenBackupException when there is no backup, or its manifest can't be trusted
  public Manifest fetch(Progress progress) throws IOException, BrokenBackupException {
    if (bucket.isEmpty()) {
      return Manifest.read(directory);
    }
    if (!bucket.get().get(Manifest.FILE, directory.resolve(Manifest.FILE))) {
      throw new BrokenBackupException(
          location + " holds no finished backup: there is no " + Manifest.FILE);
    }
    Manifest manifest = Manifest.read(directory);
    List<String> names = manifest.files();
    for (String name : names) {
      progress.at("fetching", names.indexOf(name), names.size());
      if (!bucket.get().get(name, directory.resolve(name))) {
        throw new BrokenBackupException(location + "/" + name + " is missing");
      }
    }
    return manifest;
  }

  /// Deletes the copy of a backup in a bucket.
  @Override
  public void close() throws IOException {
    if (bucket.isPresent()) {
      bucket.get().close();
      for (Path file : files()) {
        Files.delete(file);
      }
      Files.delete(directory);
    }
  }

  @Override
  public String toString() {
    return location;
  }

  private static boolean isManifest(Path file) {
    return file.endsWith(Manifest.FILE);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }
}
