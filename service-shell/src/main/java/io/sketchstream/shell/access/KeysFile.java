package io.sketchstream.shell.access;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/// A file of keys, one a line: the name of its holder, its scopes joined by commas, the galleries
/// that it is limited to, if any, and its SHA-256 in hex. What follows a `#` is a comment. Several
/// keys may have the same name, so that an old one stays valid until its holder has the new one.
///
/// ```
/// camera-1  ingest             2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b
/// anna      read,label,admin   ...
/// museum    read,ingest        galleries=paintings,old%20maps  ...
/// ```
///
/// A name of a gallery is percent-encoded where it has a blank, a comma, `#`, `%` or `+`.
///
/// Read again when it has changed, at most every few seconds. An invalid change is logged, and the
/// keys read before stay valid.
///
/// **Threads:** any.
final class KeysFile {
  private static final Logger LOG = Logger.getLogger(KeysFile.class);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int FILE_SIZE_MAX = 1 << 20;
  private static final int HASH_SIZE = 32;
  private static final String GALLERIES = "galleries=";
  private static final int GALLERY_CHARS_MAX = 200;
  private static final String NAME = "[A-Za-z0-9._@-]{1,64}";

  private final Path path;
  private final AtomicLong looked = new AtomicLong(System.nanoTime());
  private volatile byte[] content;
  private volatile List<Key> keys;

  /// @throws IllegalStateException when it can't be read or is not valid; says where
  KeysFile(Path path) {
    this.path = path;
    try {
      content = read();
      keys = parse(content);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException(problem(e), e);
    }
  }

  /// The keys that are valid now.
  List<Key> keys() {
    long last = looked.get();
    long now = System.nanoTime();
    if (now - last >= LOOK_NANOS && looked.compareAndSet(last, now)) {
      look();
    }
    return keys;
  }

  /// Reads the file if it has changed.
  void look() {
    try {
      byte[] now = read();
      if (!Arrays.equals(now, content)) {
        content = now;
        keys = parse(now);
        LOG.infof("access.keys-file has changed: %d keys", keys.size());
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.warnf("%s; the keys read before stay valid", problem(e));
    }
  }

  private byte[] read() throws IOException {
    if (Files.size(path) > FILE_SIZE_MAX) {
      throw new IOException("it is larger than " + FILE_SIZE_MAX + " bytes");
    }
    return Files.readAllBytes(path);
  }

  private String problem(Exception e) {
    String reason =
        e instanceof java.nio.file.NoSuchFileException ? "no such file" : e.getMessage();
    return "access.keys-file " + path + ": " + reason;
  }

  /// @throws IllegalArgumentException naming the line that is not valid, but not its content, which
  ///   may be a key
  static List<Key> parse(byte[] content) {
    List<Key> keys = new ArrayList<>();
    int number = 0;
    for (String line : new String(content, StandardCharsets.UTF_8).split("\\R")) {
      number++;
      String entry = line.replaceFirst("#.*", "").strip();
      if (!entry.isEmpty()) {
        keys.add(key(entry, "line " + number + ": "));
      }
    }
    return List.copyOf(keys);
  }

  private static Key key(String entry, String where) {
    String[] words = entry.split("\\s+");
    boolean limited = words.length == 4 && words[2].startsWith(GALLERIES);
    if (words.length != 3 && !limited || !words[0].matches(NAME)) {
      throw new IllegalArgumentException(
          where + "not a name, scopes, optionally galleries=..., and a SHA-256");
    }
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String word : words[1].split(",")) {
      scopes.add(scope(word, where));
    }
    if (limited && scopes.contains(Scope.ADMIN)) {
      throw new IllegalArgumentException(
          where + "a key with the scope admin can't be limited to galleries");
    }
    return new Key(
        words[0],
        scopes,
        limited ? limit(words[2].substring(GALLERIES.length()), where) : GalleryLimit.NONE,
        hash(words[words.length - 1], where));
  }

  private static GalleryLimit limit(String text, String where) {
    List<String> names = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      String name;
      try {
        name = URLDecoder.decode(word, StandardCharsets.UTF_8).strip();
      } catch (IllegalArgumentException _) {
        throw new IllegalArgumentException(where + "the name of a gallery has a stray %");
      }
      if (name.isEmpty() || name.length() > GALLERY_CHARS_MAX) {
        throw new IllegalArgumentException(
            where + "the name of a gallery has 1 to " + GALLERY_CHARS_MAX + " characters");
      }
      if (isNumber(name)) { // A filter compares it as one: 7 is also 7.0.
        throw new IllegalArgumentException(where + "a gallery name here can't be a number");
      }
      names.add(name);
    }
    return GalleryLimit.to(names);
  }

  private static boolean isNumber(String text) {
    try {
      double _ = Double.parseDouble(text);
      return true;
    } catch (NumberFormatException _) {
      return false;
    }
  }

  private static Scope scope(String word, String where) {
    for (Scope scope : Scope.values()) {
      if (scope.word().equals(word.toLowerCase(Locale.ROOT))) {
        return scope;
      }
    }
    throw new IllegalArgumentException(where + "a scope is not read, ingest, label or admin");
  }

  private static byte[] hash(String hex, String where) {
    try {
      byte[] hash = HexFormat.of().parseHex(hex);
      if (hash.length == HASH_SIZE) {
        return hash;
      }
    } catch (IllegalArgumentException _) {
      // The same message: it is no hash either way.
    }
    throw new IllegalArgumentException(where + "not a SHA-256 of 64 hex digits");
  }
}
