package io.sketchstream.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.testing.Mutation;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/// Requests that mean no good, by kind. Those that are damaged at random come from one seed.
final class HostileInputs {
  private static final String OCTETS = "application/octet-stream";
  private static final String JSON = "application/json";
  private static final String SVG =
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"><defs>
      <pattern id="p" width="9" height="9" patternUnits="userSpaceOnUse"><rect width="3" height="3"/>
      </pattern><clipPath id="c"><circle cx="60" cy="51" r="69"/></clipPath></defs>
      <path d="m1 1h200v3z m2 2 c1 1 2 2 3 3s1 1 2 2q1 1 2 2t2 2l5-1z" stroke="black"
      stroke-dasharray="4 2" stroke-width="2"/><rect width="40" height="40" fill="url(#p)"
      clip-path="url(#c)"/></svg>
      """;

  private final Random random;
  private final Mutation mutation;

  HostileInputs(long seed) {
    random = new Random(seed);
    mutation = new Mutation(random);
  }

  /// The files that people had trouble with.
  ///
  /// @param cases folder of them
  static List<HostileRequest> cases(Path cases) throws IOException {
    List<HostileRequest> requests = new ArrayList<>();
    try (Stream<Path> files = Files.walk(cases)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = cases.relativize(file).toString();
        if (!name.matches(".*\\.(txt|py|sh)")) {
          String kind = name.startsWith("hostile/") ? "hostile cases" : "other cases";
          requests.addAll(everywhere(kind, name, Files.readAllBytes(file)));
        }
      }
    }
    return requests;
  }

  /// Files of each format, cut off and damaged.
  ///
  /// @param count of damaged files of each format
  List<HostileRequest> damaged(int count) {
    List<HostileRequest> requests = new ArrayList<>();
    files()
        .forEach((name, file) -> {
          for (int quarter = 1; quarter < 4; quarter++) {
            byte[] cut = Arrays.copyOf(file, file.length * quarter / 4);
            requests.addAll(everywhere("cut-off files", name + " at " + quarter + "/4", cut));
          }
          for (int i = 0; i < count; i++) {
            requests.add(anywhere("damaged files", name + " " + i, mutation.of(file)));
            if (name.equals("svg")) {
              byte[] other = mutation.of(SVG).getBytes(UTF_8);
              requests.add(search("damaged drawings", "svg " + i, other));
            }
          }
        });
    return requests;
  }

  /// JSON that is deep, large, wrong or not JSON, for each path that reads some.
  static List<HostileRequest> json() {
    Map<String, byte[]> bodies = new TreeMap<>();
    bodies.put("deep", "[".repeat(200_000).getBytes(UTF_8));
    bodies.put("deep objects", "{\"a\":".repeat(100_000).getBytes(UTF_8));
    bodies.put("long number", ("[" + "9".repeat(500_000) + "]").getBytes(UTF_8));
    bodies.put("huge exponent", "[[[1e999999999,1],[1,2]]]".getBytes(UTF_8));
    bodies.put("not UTF-8", new byte[] {'{', '"', (byte) 0xc3, (byte) 0x28, '"', ':', '1', '}'});
    bodies.put("surrogate", "{\"imageIds\":[\"\\ud800\"],\"class\":\"\\ud800\"}".getBytes(UTF_8));
    bodies.put("null", "null".getBytes(UTF_8));
    bodies.put("wrong types", "{\"imageIds\":{},\"searches\":7,\"title\":[]}".getBytes(UTF_8));
    bodies.put("many points", strokes(110_000).getBytes(UTF_8));
    bodies.put("many lines", "x\n".repeat(300_000).getBytes(UTF_8));
    Map<String, String> paths = new TreeMap<>();
    paths.put("POST /v1/search", JSON);
    paths.put("POST /v1/search/batch", JSON);
    paths.put("POST /v1/labels", "application/x-ndjson");
    paths.put("POST /v1/images/delete", JSON);
    paths.put("PATCH /v1/images/plain", JSON);
    paths.put("POST /v1/standing-queries?one_in=1000", JSON);
    paths.put("POST /v1/training/runs", JSON);
    paths.put("POST /internal/v1/shards", "application/x-protobuf");
    List<HostileRequest> requests = new ArrayList<>();
    paths.forEach((path, type) ->
        bodies.forEach((name, body) ->
            requests.add(new HostileRequest("JSON", path + " " + name, path, type, body))));
    return requests;
  }

  /// Archives in place of a model.
  static List<HostileRequest> archives() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    files.put("large manifest", zip(Map.of("manifest.json", 150 << 20)));
    files.put("bomb", zip(Map.of("model.safetensors", 150 << 20)));
    files.put("skipped bomb", zip(Map.of("README", 150 << 20)));
    files.put("outside", zip(Map.of("../../../../tmp/manifest.json", 10)));
    Map<String, Integer> many = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      many.put("file" + i, 1);
    }
    files.put("many entries", zip(many));
    files.put("cut off", Arrays.copyOf(files.get("bomb"), 1000));
    files.put("no archive", "PK\u0003\u0004 no archive".getBytes(ISO_8859_1));
    List<HostileRequest> requests = new ArrayList<>();
    for (String line : List.of("POST /v1/models", "PUT /v1/models/g1/artifact")) {
      files.forEach((name, body) ->
          requests.add(
              new HostileRequest("archives", line + " " + name, line, "application/zip", body)));
    }
    return requests;
  }

  /// Requests that are no HTTP, or more of it than anybody needs.
  ///
  /// @param host of the installation
  static List<HostileRequest> requests(String host) {
    String end = " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n";
    List<String> lines =
        List.of(
            "GET /" + "a".repeat(50_000) + end + "\r\n",
            "GET /v1/images?filter=" + "(".repeat(30_000) + end + "\r\n",
            "GET /v1/images" + end + "X: " + "a".repeat(200_000) + "\r\n\r\n",
            "GET /v1/images" + end + "Cookie: a=b\r\n".repeat(20_000) + "\r\n",
            "BREW /v1/images" + end + "\r\n",
            "GET /v1/images" + end + "a b: c\r\n\r\n",
            "GET /%" + end + "\r\n",
            "GET /v1/images/%00" + end + "\r\n",
            "GET /v1/images/%ff%fe" + end + "\r\n",
            "GET /v1/images/..%2f..%2f..%2fetc%2fpasswd/original" + end + "\r\n",
            "GET /../../../../etc/passwd" + end + "\r\n",
            "GET /v1/images/nobody/similar?k=99999999999999" + end + "\r\n",
            "GET /v1/images?filter=" + "not%20".repeat(900) + "x" + end + "\r\n",
            "GET /v1/images?filter=a%20%3e%201e400&facets=-1&limit=-5" + end + "\r\n",
            "GET /v1/images?cursor=AAAA%2f%2f%2f%2f" + end + "\r\n",
            "GET /v1/images?after=0:-1,1:99999999999999999999" + end + "\r\n",
            "GET /v1/images?after=" + "0:9223372036854775807,".repeat(200) + end + "\r\n",
            "GET /v1/images?text=%ed%a0%80" + end + "\r\n",
            "GET /v1/matches?limit=1e9&cursor=%00" + end + "\r\n",
            "POST /v1/search" + end + "Content-Type: a/b\r\nContent-Length: -5\r\n\r\n",
            "POST /v1/search"
                + end
                + "Content-Type: a/b\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "POST /v1/search" + end + "Content-Type: a/b\r\nContent-Length: 8000000000\r\n\r\nx",
            "POST /v1/search"
                + end
                + "Content-Type: \u00ff\u00fe;;;=\r\nContent-Length: 1\r\n\r\nx",
            "POST /v1/search"
                + end
                + "Content-Type: a/b\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST /v1/search"
                + end
                + "Content-Type: a/b\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            "POST /v1/search"
                + end
                + "Content-Type: a/b\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
            "POST /v1/images"
                + end
                + "Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\nabc",
            "POST /v1/images"
                + end
                + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 40\r\n\r\n"
                + "--x\r\nContent-Disposition: nonsense\r\n\r\n",
            "GET /v1/images" + end + "Accept: text/x-unknown\r\n\r\n",
            "GET /v1/images" + end + "traceparent: 00-zz-zz-zz\r\n\r\n",
            "GET /v1/images" + end + "Range: bytes=9-1\r\nIf-None-Match: \"\r\n\r\n");
    List<HostileRequest> requests = new ArrayList<>();
    for (String line : lines) {
      String name = line.substring(0, Math.min(80, line.length())).replaceAll("[^ -~]", ".");
      requests.add(new HostileRequest("requests", name, line, "", new byte[0]));
    }
    return requests;
  }

  /// One file, by every way that takes one.
  private static List<HostileRequest> everywhere(String kind, String name, byte[] file) {
    return List.of(
        put(kind, name, file),
        multipart(kind, name, file),
        search(kind, name, file),
        photo(kind, name, file),
        label(kind, name, file));
  }

  private HostileRequest anywhere(String kind, String name, byte[] file) {
    List<HostileRequest> ways = everywhere(kind, name, file);
    return ways.get(random.nextInt(ways.size()));
  }

  private static HostileRequest put(String kind, String name, byte[] file) {
    return new HostileRequest(kind, "PUT " + name, "PUT /v1/images/hostile", OCTETS, file);
  }

  private static HostileRequest multipart(String kind, String name, byte[] file) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : List.of(file, Pictures.png(1))) { // A sound one must not suffer.
      body.writeBytes(
          ("--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"f\"\r\n"
                  + "Content-Type: application/octet-stream\r\n\r\n")
              .getBytes(ISO_8859_1));
      body.writeBytes(part);
      body.writeBytes("\r\n".getBytes(ISO_8859_1));
    }
    body.writeBytes("--x--\r\n".getBytes(ISO_8859_1));
    return new HostileRequest(
        kind,
        "multipart " + name,
        "POST /v1/images",
        "multipart/form-data; boundary=x",
        body.toByteArray());
  }

  private static HostileRequest search(String kind, String name, byte[] file) {
    return new HostileRequest(kind, "search " + name, "POST /v1/search?timeout=20s", OCTETS, file);
  }

  private static HostileRequest photo(String kind, String name, byte[] file) {
    return new HostileRequest(
        kind, "photo " + name, "POST /v1/search?photo=true&timeout=20s", OCTETS, file);
  }

  private static HostileRequest label(String kind, String name, byte[] file) {
    String line =
        "{\"class\":\"hostile\",\"sketch\":\"" + Base64.getEncoder().encodeToString(file) + "\"}";
    return new HostileRequest(
        kind, "label " + name, "POST /v1/labels", "application/x-ndjson", line.getBytes(UTF_8));
  }

  private static Map<String, byte[]> files() {
    Map<String, byte[]> files = new TreeMap<>();
    try {
      BufferedImage picture = ImageIO.read(new ByteArrayInputStream(Pictures.png(5)));
      for (String format : List.of("png", "jpeg", "gif", "bmp", "tiff")) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        if (ImageIO.write(picture, format, file)) {
          files.put(format, file.toByteArray());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.put("svg", SVG.getBytes(UTF_8));
    files.put("strokes", strokes(200).getBytes(UTF_8));
    return files;
  }

  private static String strokes(int points) {
    StringBuilder x = new StringBuilder("1");
    StringBuilder y = new StringBuilder("2");
    for (int i = 1; i < points; i++) {
      x.append(',').append(i * 7919 % 255);
      y.append(',').append(i * 104_729 % 255);
    }
    return "[[[" + x + "],[" + y + "]]]";
  }

  /// @param sizes of the entries, by name
  private static byte[] zip(Map<String, Integer> sizes) throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(archive)) {
      for (Map.Entry<String, Integer> size : sizes.entrySet()) {
        zip.putNextEntry(new ZipEntry(size.getKey()));
        byte[] zeros = new byte[Math.min(size.getValue(), 1 << 20)];
        for (int left = size.getValue(); left > 0; left -= zeros.length) {
          zip.write(zeros);
        }
      }
    }
    return archive.toByteArray();
  }
}
