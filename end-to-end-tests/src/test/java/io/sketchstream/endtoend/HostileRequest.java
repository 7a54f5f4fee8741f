package io.sketchstream.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One request that means no good, sent as it is over a connection of its own.
///
/// @param kind what it is a sample of
/// @param name names it in a failure
/// @param line method and target, or the whole request where there is no body
/// @param contentType empty where the request is whole
record HostileRequest(String kind, String name, String line, String contentType, byte[] body) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d{1,9})\r\n");
  private static final ObjectMapper JSON = new ObjectMapper();

  /// What no caller may read: names of our classes and paths of the machine.
  private static final List<String> SECRETS =
      List.of(
          "io.sketchstream",
          "java.",
          "exception",
          System.getProperty("java.io.tmpdir") + '/',
          System.getProperty("user.home") + '/');

  /// What became of it.
  ///
  /// @param hung no answer came in time
  /// @param trouble what is wrong with the answer; empty when nothing is
  record Outcome(boolean hung, String trouble) {}

  Outcome send(URI address) {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      write(socket.getOutputStream(), address);
      return judge(answer(socket.getInputStream()));
    } catch (SocketTimeoutException _) {
      return new Outcome(true, "no answer");
    } catch (IOException e) {
      return new Outcome(false, ""); // Hung up on: allowed, if the service lives.
    }
  }

  /// The first answer, whole or as far as it comes. The connection may stay open after it.
  private static String answer(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] part = new byte[8 << 10];
    for (int read = in.read(part); read >= 0; read = in.read(part)) {
      bytes.write(part, 0, read);
      if (isWhole(bytes.toString(ISO_8859_1))) {
        break;
      }
    }
    return bytes.toString(UTF_8);
  }

  private static boolean isWhole(String answer) {
    int end = answer.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    Matcher length = LENGTH.matcher(answer.substring(0, end + 2));
    return length.find()
        ? answer.length() >= end + 4 + Integer.parseInt(length.group(1))
        : answer.endsWith("0\r\n\r\n");
  }

  private void write(OutputStream out, URI address) throws IOException {
    if (contentType.isEmpty()) {
      out.write(line.getBytes(ISO_8859_1));
    } else {
      String head =
          "%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(line, address.getAuthority(), contentType, body.length);
      out.write(head.getBytes(ISO_8859_1));
      out.write(body);
    }
    out.flush();
  }

  /// An answer is a success, or a problem of ours that the caller can do something about.
  private static Outcome judge(String answer) {
    if (answer.isEmpty()) {
      return new Outcome(false, "");
    }
    int status = answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
    if (status >= 200 && status < 400) {
      return new Outcome(false, "");
    }
    int end = answer.indexOf("\r\n\r\n");
    String head = answer.substring(0, Math.max(0, end)).toLowerCase(Locale.ROOT);
    boolean bodiless = status != 500 && end + 4 == answer.length();
    if (!head.contains("content-type: application/problem+json") || bodiless) {
      return new Outcome(false, "no problem detail: " + bounded(answer));
    }
    return new Outcome(false, trouble(status, answer.substring(end + 4)));
  }

  private static String trouble(int status, String body) {
    JsonNode problem;
    try {
      problem = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return "not JSON: " + bounded(body);
    }
    String detail = problem.path("detail").asText();
    String lower = detail.toLowerCase(Locale.ROOT);
    boolean sound =
        problem.path("status").asInt() == status
            && status != 500
            && !detail.isBlank()
            && SECRETS.stream().noneMatch(lower::contains);
    return sound ? "" : status + " " + bounded(body);
  }

  private static String bounded(String text) {
    return text.substring(0, Math.min(600, text.length()));
  }
}
