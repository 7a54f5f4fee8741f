package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Client of the HTTP API.
///
/// **Threads:** any number; calls block. **Owns:** connections, until [#close].
final class Server implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);
  private static final String HOW_TO_SHOW_A_TOKEN = "; here: --token or $SKETCHSTREAM_TOKEN";
  private static final String EVENT_DATA = "data:";
  private static final int RETRY_SECONDS_DEFAULT = 1;
  private static final int RETRY_SECONDS_MAX = 60;

  private final URI base;
  private final HttpClient http;
  private final String token;
  private final boolean patient;

  /// @param token for the `Authorization` header; may be empty
  Server(URI base, String token) {
    this(base, token, Connections.to(base), false);
  }

  private Server(URI base, String token, HttpClient http, boolean patient) {
    this.base = base;
    this.token = token;
    this.http = http;
    this.patient = patient;
  }

  /// An answer, whatever its status.
  @SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
  record Answer(int status, byte[] body, int retrySeconds) {
    boolean ok() {
      return status >= 200 && status < 300;
    }

    /// True when the same request may succeed later.
    boolean overloaded() {
      return status == 429 || status == 503;
    }

    /// The answer as JSON.
    ///
    /// @throws CommandFailure when it is not JSON: this is not a Sketchstream server
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JacksonException e) {
        throw new CommandFailure("the server's answer is not JSON: " + e.getOriginalMessage());
      } catch (IOException e) {
        throw new CommandFailure("the server's answer can't be read: " + e.getMessage());
      }
    }

    /// The detail of the problem, or else the status.
    String problem() {
      try {
        String detail = JSON.readTree(body).path("detail").asText("");
        if (!detail.isEmpty()) {
          return detail + (status == 401 ? HOW_TO_SHOW_A_TOKEN : "");
        }
      } catch (IOException _) {
        // No problem details: the status has to do.
      }
      return "the server answered with status " + status;
    }
  }

  URI base() {
    return base;
  }

  /// Another server with the same token.
  ///
  /// @param address of it; empty for this one's
  Server at(String address) {
    return new Server(address.isEmpty() ? base : URI.create(address), token);
  }

  /// The same server for those who ask again and again: where none answers, such as while it
  /// restarts, it counts as busy. It has the same connections.
  Server patient() {
    return new Server(base, token, http, true);
  }

  Answer get(String path, Map<String, String> query) {
    return send(request(path, query).GET());
  }

  Answer post(String path, Map<String, String> query, String type, byte[] body) {
    return send(
        request(path, query).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body)));
  }

  /// Sends a JSON merge patch.
  Answer patch(String path, byte[] json) {
    return send(
        request(path, Map.of())
            .header("Content-Type", "application/merge-patch+json")
            .method("PATCH", BodyPublishers.ofByteArray(json)));
  }

  Answer delete(String path) {
    return send(request(path, Map.of()).DELETE());
  }

  /// Writes an answer to a file, of any size.
  ///
  /// @return the answer; its body is empty unless it is a problem
  Answer download(String path, Path file) {
    return send(
        request(path, Map.of()).GET(),
        info ->
            info.statusCode() / 100 == 2
                ? BodySubscribers.mapping(BodySubscribers.ofFile(file), _ -> new byte[0])
                : BodySubscribers.ofByteArray());
  }

  /// Sends a file, of any size.
  Answer upload(String path, Path file) {
    try {
      return send(
          request(path, Map.of())
              .header("Content-Type", "application/octet-stream")
              .PUT(BodyPublishers.ofFile(file)),
          BodyHandlers.ofByteArray());
    } catch (FileNotFoundException e) {
      throw new CommandFailure(file + " can't be read: " + Reasons.withFile(e));
    }
  }

  /// @throws IOException when the server can't be reached or the connection is lost; may be retried
  /// @throws InterruptedException when the thread is interrupted
  Answer put(String path, Map<String, String> query, BodyPublisher body)
      throws IOException, InterruptedException {
    return exchange(
        request(path, query).header("Content-Type", "application/octet-stream").PUT(body),
        BodyHandlers.ofByteArray());
  }

  /// Receives server-sent events until `event` or the server ends it.
  ///
  /// @param event gets the data of each, empty for a comment; returns whether to continue
  /// @return whether it was ended by `event`; false when the connection was lost, and for the
  ///   patient when there is none
  /// @throws CommandFailure when the server can't be reached, or refuses
  boolean hear(String path, Predicate<String> event) {
    HttpRequest request = request(path, Map.of()).header("Accept", "text/event-stream").build();
    try {
      HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
      try (InputStream body = response.body();
          BufferedReader lines = new BufferedReader(new InputStreamReader(body, UTF_8))) {
        if (response.statusCode() != HttpURLConnection.HTTP_OK) {
          Answer refused = new Answer(response.statusCode(), body.readAllBytes(), 0);
          return notNow(refused.overloaded(), new CommandFailure(refused.problem()));
        }
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          boolean data = line.startsWith(EVENT_DATA);
          if ((data || line.startsWith(":"))
              && !event.test(data ? line.substring(EVENT_DATA.length()).strip() : "")) {
            return true;
          }
        }
      }
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    } catch (ConnectException | HttpConnectTimeoutException e) {
      return notNow(true, unreachable());
    } catch (IOException e) {
      return false;
    }
  }

  /// @param temporary whether the patient go on
  /// @return false
  private boolean notNow(boolean temporary, CommandFailure failure) {
    if (patient && temporary) {
      return false;
    }
    throw failure;
  }

  /// The answer as JSON.
  ///
  /// @throws CommandFailure with the problem detail, when the status is not 2xx
  static JsonNode expectJson(Answer answer) {
    if (!answer.ok()) {
      throw new CommandFailure(answer.problem());
    }
    return answer.json();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private HttpRequest.Builder request(String path, Map<String, String> query) {
    String parameters =
        query.entrySet().stream()
            .filter(entry -> !entry.getValue().isEmpty())
            .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
            .collect(Collectors.joining("&"));
    String root = base.toString().replaceAll("/+$", "");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(root + path + (parameters.isEmpty() ? "" : "?" + parameters)))
            .timeout(ANSWER_TIMEOUT);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  /// Percent-encodes a text for a URL.
  static String encode(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private Answer send(HttpRequest.Builder request) {
    return send(request, BodyHandlers.ofByteArray());
  }

  private Answer send(HttpRequest.Builder request, BodyHandler<byte[]> handler) {
    try {
      return exchange(request, handler);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    } catch (ConnectException | HttpConnectTimeoutException e) {
      return absent(unreachable());
    } catch (IOException e) {
      return absent(
          new CommandFailure("the connection to " + base + " was lost: " + Reasons.withFile(e)));
    }
  }

  private Answer absent(CommandFailure why) {
    if (!patient) {
      throw why;
    }
    byte[] problem =
        JSON.createObjectNode().put("detail", why.getMessage()).toString().getBytes(UTF_8);
    return new Answer(HttpURLConnection.HTTP_UNAVAILABLE, problem, RETRY_SECONDS_DEFAULT);
  }

  private Answer exchange(HttpRequest.Builder request, BodyHandler<byte[]> handler)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response = http.send(request.build(), handler);
    int seconds =
        response
            .headers()
            .firstValue("Retry-After")
            .filter(value -> value.matches("\\d{1,6}"))
            .map(Integer::parseInt)
            .orElse(RETRY_SECONDS_DEFAULT);
    return new Answer(response.statusCode(), response.body(), Math.min(RETRY_SECONDS_MAX, seconds));
  }

  CommandFailure unreachable() {
    return new CommandFailure(
        "no server answers at "
            + base
            + "; start one with './sketchstream up', or name it with --server",
        Main.UNREACHABLE);
  }
}
