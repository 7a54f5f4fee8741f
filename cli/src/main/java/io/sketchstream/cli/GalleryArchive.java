package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// A gallery as a tar archive that is written and read from front to back: attributes as JSON lines
/// (`attributes-000001.jsonl`), then the images that they are of (`images/ID.jpg`), and so on, page
/// after page, with their vectors (`vectors-000001.jsonl`) if requested; at the end the labels of
/// these images and of sketches as JSON lines (`labels-000001.jsonl`), in the form that `POST
/// /v1/labels` takes.
final class GalleryArchive {
  private static final String ATTRIBUTES = "attributes-%06d.jsonl";
  private static final String LABELS = "labels-%06d.jsonl";
  private static final String VECTORS = "vectors-%06d.jsonl";
  private static final String IMAGES = "images/";
  private static final String SUFFIX = ".jpg";

  /// Names of entries; those of an archive that was unpacked and packed again may have a folder.
  private static final String FOLDER = "(?:.*/)?";

  private static final Pattern IMAGE = Pattern.compile(FOLDER + IMAGES + "([^./][^/]*)\\.jpg");

  private GalleryArchive() {}

  /// An image and its attributes, as `GET /v1/images` lists it.
  @SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
  record Entry(JsonNode attributes, byte[] jpeg) {
    String id() {
      return attributes.path("imageId").asText();
    }
  }

  /// Writes an archive. **Owns:** the stream, until [#close].
  static final class Writer implements AutoCloseable {
    private final TarArchiveOutputStream tar;
    private int pages;
    private int labelPages;
    private int vectorPages;

    Writer(OutputStream out) {
      tar = new TarArchiveOutputStream(out, UTF_8.name());
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    /// @return how many images were added
    int add(List<Entry> page) throws IOException {
      if (page.isEmpty()) {
        return 0;
      }
      put(ATTRIBUTES.formatted(++pages), page.stream().map(Entry::attributes).toList());
      for (Entry entry : page) {
        put(IMAGES + entry.id() + SUFFIX, entry.jpeg());
      }
      return page.size();
    }

    /// Adds labels, each as `POST /v1/labels` accepts it.
    void addLabels(List<String> labels) throws IOException {
      if (!labels.isEmpty()) {
        put(LABELS.formatted(++labelPages), labels);
      }
    }

    /// Adds the vectors of a page; none where it has no images.
    void addVectors(List<? extends JsonNode> vectors) throws IOException {
      if (!vectors.isEmpty()) {
        put(VECTORS.formatted(++vectorPages), vectors);
      }
    }

    private void put(String name, List<?> lines) throws IOException {
      StringBuilder text = new StringBuilder();
      lines.forEach(line -> text.append(line).append('\n'));
      put(name, text.toString().getBytes(UTF_8));
    }

    private void put(String name, byte[] bytes) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(bytes.length);
      tar.putArchiveEntry(entry);
      tar.write(bytes);
      tar.closeArchiveEntry();
    }

    @Override
    public void close() throws IOException {
      tar.close();
    }
  }

  /// Told of each image, and of labels.
  interface Visitor {
    void image(Entry entry) throws InterruptedException;

    /// @param lines one label each
    void labels(List<String> lines) throws InterruptedException;
  }

  /// A tar archive that knows whether it was read to its mark of the end. **Owns:** the stream.
  private static final class WholeTar extends TarArchiveInputStream {
    private boolean ended;

    WholeTar(InputStream in) {
      super(in, UTF_8.name());
    }

    @Override
    protected boolean isEOFRecord(byte[] record) {
      boolean end = super.isEOFRecord(record);
      ended |= end && record != null; // Null: there are no more bytes.
      return end;
    }
  }

  /// Reads an archive to its end. Vectors are ignored: images get theirs from the active model.
  ///
  /// @throws IOException when it is damaged, cut off, or not such an archive
  static void read(InputStream in, Visitor visitor) throws IOException, InterruptedException {
    Map<String, JsonNode> attributes = new HashMap<>();
    boolean found = false;
    try (WholeTar tar = new WholeTar(in)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String name = entry.getName();
        Matcher image = IMAGE.matcher(name);
        if (name.matches(FOLDER + "attributes-\\d+\\.jsonl")) {
          attributes.putAll(attributes(name, tar.readAllBytes()));
          found = true;
        } else if (image.matches()) {
          JsonNode known = attributes.remove(image.group(1));
          if (known == null) {
            throw new IOException(name + " has no attributes before it");
          }
          visitor.image(new Entry(known, tar.readAllBytes()));
        } else if (name.matches(FOLDER + "labels-\\d+\\.jsonl")) {
          visitor.labels(new String(tar.readAllBytes(), UTF_8).lines().toList());
        }
      }
      if (found && !tar.ended) {
        throw new EOFException("it was cut off: the mark of its end is missing");
      }
      if (!attributes.isEmpty()) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%,d images that its attributes list are not in it, such as %s",
                attributes.size(),
                attributes.keySet().iterator().next()));
      }
    }
    if (!found) {
      throw new IOException("it holds no attributes-NNNNNN.jsonl: it was not made by 'export'");
    }
  }

  private static Map<String, JsonNode> attributes(String name, byte[] lines) throws IOException {
    Map<String, JsonNode> attributes = new HashMap<>();
    int number = 0;
    for (String line : new String(lines, UTF_8).lines().toList()) {
      number++;
      JsonNode image;
      try {
        image = Server.JSON.readTree(line);
      } catch (JacksonException e) {
        throw new IOException(
            String.format(
                Locale.ROOT, "%s, line %d is not JSON: %s", name, number, e.getOriginalMessage()),
            e);
      }
      if (!isImage(image)) {
        throw new IOException(name + ", line " + number + " does not hold attributes of an image");
      }
      attributes.put(image.path("imageId").asText(), image);
    }
    return attributes;
  }

  private static boolean isImage(JsonNode line) {
    JsonNode tags = line.path("tags");
    JsonNode extra = line.path("extra");
    return line.path("imageId").isTextual()
        && (tags.isArray() || tags.isNull() || tags.isMissingNode())
        && (extra.isObject() || extra.isNull() || extra.isMissingNode());
  }
}
