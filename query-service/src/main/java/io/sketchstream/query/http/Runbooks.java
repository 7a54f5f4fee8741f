package io.sketchstream.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Pattern;

/// `GET /runbooks/ALERT`: what an alert means and what to do, where the link of the alert leads.
/// Like the files of the page, it needs no key.
@Singleton
final class Runbooks {
  private static final Pattern NAME = Pattern.compile("[A-Za-z]{1,100}");
  private static final String FOLDER = "/META-INF/runbooks/";

  void register(@Observes Router router) {
    router
        .route("/runbooks/:alert")
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .blockingHandler(Runbooks::answer, false);
  }

  private static void answer(RoutingContext request) {
    page(request.pathParam("alert"))
        .ifPresentOrElse(
            text ->
                request
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain;charset=UTF-8")
                    .end(text),
            request::next);
  }

  private static Optional<String> page(String alert) {
    if (!NAME.matcher(alert).matches()) {
      return Optional.empty();
    }
    try (InputStream in = Runbooks.class.getResourceAsStream(FOLDER + alert + ".md")) {
      return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
