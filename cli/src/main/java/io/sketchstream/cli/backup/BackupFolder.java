package io.sketchstream.cli.backup;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The directory of a backup while it is written: marked as unfinished until its manifest is there,
/// readable by its owner alone.
///
/// **Threads:** one.
public final class BackupFolder {
  private static final Pattern OURS =
      Pattern.compile("unfinished|manifest\\.json\\.part|.+\\.records|model-.+\\.zip|settings-.+");

  private final Path directory;

  private BackupFolder(Path directory) {
    this.directory = directory;
  }

  /// Creates the directory, or uses an empty one, or one with an unfinished backup, whose files are
  /// deleted.
  ///
  /// @throws BrokenBackupException when it contains anything else
  public static BackupFolder create(Path directory) throws IOException, BrokenBackupException {
    Files.createDirectories(directory);
    List<Path> found;
    try (Stream<Path> files = Files.list(directory)) {
      found = files.toList();
    }
    if (Files.exists(directory.resolve(Manifest.FILE))) {
      throw new BrokenBackupException(
          directory + " holds a finished backup already; choose another directory");
    }
    boolean unfinished = Files.exists(directory.resolve(Manifest.UNFINISHED));
    for (Path file : found) {
      if (!unfinished || !isOurs(file.getFileName().toString())) {
        throw new BrokenBackupException(
            directory + " is not empty: " + file.getFileName() + " is in it");
      }
    }
    keepPrivate(directory);
    for (Path file : found) {
      Files.delete(file);
    }
    Files.createFile(directory.resolve(Manifest.UNFINISHED));
    return new BackupFolder(directory);
  }

  /// Whether a file of this name may belong to an unfinished backup.
  static boolean isOurs(String name) {
    return OURS.matcher(name).matches();
  }

  public Path path() {
    return directory;
  }

  public Path resolve(String file) {
    return directory.resolve(file);
  }

  /// Writes the manifest: from now on this is a backup.
  public void finish(Manifest manifest) throws IOException {
    manifest.write(directory);
    Files.delete(directory.resolve(Manifest.UNFINISHED));
  }

  private static void keepPrivate(Path directory) throws IOException {
    if (Files.getFileStore(directory).supportsFileAttributeView(PosixFileAttributeView.class)) {
      try {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      } catch (FileSystemException _) {
        // A bucket that is mounted, or another owner's directory: they decide who may read it.
      }
    }
  }
}
