package io.sketchstream.standalone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;

/// The directory that holds everything of one installation. One process at a time owns it, and only
/// its user can read it.
///
/// **Owns:** the lock on `<home>/lock`, until [#close].
final class Home implements AutoCloseable {
  /// With less space, the first segments of Kafka and Lucene may not fit.
  static final long FREE_SIZE_MIN = 256L << 20;

  private static final int PID_LENGTH_MAX = 32;

  private final Path directory;
  private final FileChannel lock;

  private Home(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /// Creates the directory if absent, and locks it.
  ///
  /// @param freeSizeMin bytes that must be free on its disk
  /// @throws RefusedStartException when it can't be written, is in use, or its disk is full
  static Home open(Path directory, long freeSizeMin) throws RefusedStartException {
    try {
      Files.createDirectories(directory);
      Home home = new Home(directory, lock(directory));
      home.requireFreeSpace(freeSizeMin);
      home.keepPrivate();
      return home;
    } catch (IOException e) {
      throw new RefusedStartException("home " + directory + " can't be written: " + reason(e), e);
    }
  }

  /// Where one part of the installation keeps its files.
  Path resolve(String part) {
    return directory.resolve(part);
  }

  /// Uses an emptied folder in the home for temporary files: unpacked native libraries remain when
  /// the JVM ends, and are so removed at the next start.
  void useForTemporaryFiles() throws RefusedStartException {
    Path temporary = directory.resolve("tmp");
    try {
      if (Files.exists(temporary)) {
        try (Stream<Path> old = Files.walk(temporary)) {
          for (Path file : old.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
      Files.createDirectory(temporary);
      System.setProperty("java.io.tmpdir", temporary.toString());
      // The JDK's own temporary files go where the property pointed when the JVM started; RocksDB,
      // inside Kafka Streams, would leave 15 MB there.
      NativeLibraryLoader.getInstance().loadLibrary(temporary.toString());
    } catch (IOException e) {
      throw new RefusedStartException("home " + directory + " can't be written: " + reason(e), e);
    }
  }

  /// Writes a small file for other programs of the same user, such as how to connect to Kafka.
  void write(String file, String text) throws RefusedStartException {
    try {
      Path path = directory.resolve(file);
      Files.deleteIfExists(path);
      boolean posix =
          Files.getFileStore(directory).supportsFileAttributeView(PosixFileAttributeView.class);
      if (posix) {
        Files.createFile(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new RefusedStartException("home " + directory + " can't be written: " + reason(e), e);
    }
  }

  /// Whether its disk has less free space than Kafka needs.
  boolean isFull() {
    return directory.toFile().getUsableSpace() < 16L << 20;
  }

  @Override
  public String toString() {
    return directory.toString();
  }

  @Override
  public void close() throws RefusedStartException {
    try {
      lock.close();
    } catch (IOException e) {
      throw new RefusedStartException("home " + directory + " can't be released", e);
    }
  }

  private static FileChannel lock(Path directory) throws IOException, RefusedStartException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    if (!tryLock(channel)) {
      String owner = read(channel);
      channel.close();
      throw new RefusedStartException(
          "home " + directory + " is in use by process " + owner + "; stop it or choose another");
    }
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap(
            Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
    return channel;
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock held = channel.tryLock();
      return held != null && held.isValid();
    } catch (OverlappingFileLockException e) {
      return false; // This process holds it.
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(PID_LENGTH_MAX);
    channel.read(text, 0);
    return StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
  }

  private void requireFreeSpace(long sizeMin) throws IOException, RefusedStartException {
    long free = Files.getFileStore(directory).getUsableSpace();
    if (free < sizeMin) {
      close();
      throw new RefusedStartException(
          "the disk of home %s is full: %d MB free, at least %d MB are needed"
              .formatted(directory, free >> 20, sizeMin >> 20));
    }
  }

  /// The gallery, and the password of its Kafka, are readable by the owner only.
  private void keepPrivate() throws IOException {
    if (Files.getFileStore(directory).supportsFileAttributeView(PosixFileAttributeView.class)) {
      try {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      } catch (FileSystemException e) {
        System.err.println(
            "sketchstream: home "
                + directory
                + " belongs to another user, who controls who may read it");
      }
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException _ -> "permission denied";
      case java.nio.file.NoSuchFileException _ -> "no directory can be made there";
      case java.nio.file.FileAlreadyExistsException _ -> "it is not a directory";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> e.toString();
    };
  }
}
