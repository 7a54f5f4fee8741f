package io.sketchstream.shell.admission;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import org.jboss.resteasy.reactive.common.headers.HeaderUtil;
import org.jboss.resteasy.reactive.common.util.CaseInsensitiveMap;
import org.jboss.resteasy.reactive.server.core.multipart.MultipartParser;

/// Counts what a multipart body takes in memory: its parts that are no files, and the headers of
/// all. Quarkus writes files to disk and bounds each field, but neither all fields together nor any
/// header. The body goes through a second parser of the same kind, so that both see the same parts.
///
/// **Threads:** the one of the request.
final class FormMemory {
  private static final String MULTIPART = "multipart/form-data";
  private static final String BOUNDARY = "boundary";

  private final Parts parts = new Parts();
  private final MultipartParser.ParseState parser;
  private boolean broken;
  private boolean reserved;

  private FormMemory(String boundary) {
    parser =
        MultipartParser.beginParse(
            parts, boundary.getBytes(StandardCharsets.US_ASCII), StandardCharsets.UTF_8.name());
  }

  /// @param contentType of the request; null for none
  /// @return empty when it is no form of parts
  static Optional<FormMemory> of(String contentType) {
    try {
      return Optional.ofNullable(contentType)
          .filter(type -> type.startsWith(MULTIPART))
          .map(type -> HeaderUtil.extractQuotedValueFromHeader(type, BOUNDARY))
          .map(FormMemory::new);
    } catch (RuntimeException _) { // A bad header, of which the first parser says so to the caller.
      return Optional.empty();
    }
  }

  /// @return what the body takes so far, in bytes
  long take(byte[] bytes, int offset, int length) {
    parts.silent += length;
    if (!broken) {
      try {
        parser.parse(ByteBuffer.wrap(bytes, offset, length));
      } catch (IOException | RuntimeException _) {
        broken = true; // The first parser says so to the caller.
      }
    }
    return parts.fields + parts.headers + parts.silent;
  }

  /// Whether this is the first call.
  boolean reserve() {
    boolean first = !reserved;
    reserved = true;
    return first;
  }

  private static final class Parts implements MultipartParser.PartHandler {
    private boolean file;
    private long fields;
    private long headers;

    /// What came since a part was last heard of: a header that does not end.
    private long silent;

    @Override
    public void beginPart(CaseInsensitiveMap<String> all) {
      String disposition = all.getFirst("Content-Disposition");
      file =
          disposition != null
              && disposition.startsWith("form-data")
              && HeaderUtil.extractQuotedValueFromHeaderWithEncoding(disposition, "filename")
                  != null;
      all.forEach((name, values) -> headers += name.length() + size(values));
      silent = 0;
    }

    private static long size(Collection<String> values) {
      return values.stream().mapToLong(String::length).sum();
    }

    @Override
    public void data(ByteBuffer data) {
      fields += file ? 0 : data.remaining();
      silent = 0;
    }

    @Override
    public void endPart() {
      silent = 0;
    }
  }
}
