package io.sketchstream.shell.calls;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A request with a deadline for its whole answer, and a largest size of it. The timeout of Java's
/// [HttpRequest] ends with the headers of the answer: a body that comes byte by byte, or never,
/// would be waited for without end.
public final class BoundedCall {
  private BoundedCall() {}

  /// Sends a request and waits for the answer.
  ///
  /// @param max time from now until the last byte of the answer; the connection is closed then
  /// @param sizeMax largest body of the answer, in bytes
  /// @throws HttpTimeoutException when the answer is not complete in time
  public static HttpResponse<byte[]> send(
      HttpClient client, HttpRequest request, Duration max, long sizeMax)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer = begin(client, request, max, sizeMax);
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw failure(e.getCause(), request, max);
    } finally {
      answer.cancel(true);
    }
  }

  /// Sends a request. Whoever cancels the result closes the connection.
  ///
  /// @param max time from now until the last byte of the answer; the connection is closed then, and
  ///   the result fails with a [TimeoutException]
  /// @param sizeMax largest body of the answer, in bytes
  public static CompletableFuture<HttpResponse<byte[]>> begin(
      HttpClient client, HttpRequest request, Duration max, long sizeMax) {
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), sizeMax));
    CompletableFuture<HttpResponse<byte[]>> answer =
        sent.thenApply(response -> response).orTimeout(max.toNanos(), TimeUnit.NANOSECONDS);
    var _ = answer.whenComplete((_, _) -> sent.cancel(true)); // Nothing, where it has come.
    return answer;
  }

  private static IOException failure(Throwable cause, HttpRequest request, Duration max) {
    if (cause instanceof TimeoutException) {
      HttpTimeoutException late =
          new HttpTimeoutException(
              "%s did not answer completely in %d ms".formatted(request.uri(), max.toMillis()));
      late.initCause(cause);
      return late;
    }
    return cause instanceof IOException io ? io : new IOException(cause);
  }
}
