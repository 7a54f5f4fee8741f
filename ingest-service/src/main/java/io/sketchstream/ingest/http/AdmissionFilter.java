package io.sketchstream.ingest.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.sketchstream.ingest.IngestConfig;
import io.sketchstream.ingest.http.Admission.Ticket;
import io.sketchstream.ingest.intake.IngestMeters;
import io.sketchstream.ingest.intake.RefusedException.Reason;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Looks at every upload before its body is read: too large is refused, too many are told to come
/// back later.
///
/// **Threads:** Vert.x event loops; never blocks.
@Singleton
class AdmissionFilter {
  private static final int AFTER_AUTHENTICATION = 50;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final IngestConfig config;
  private final IngestMeters meters;
  private final Admission admission;

  /// One kind of upload.
  ///
  /// @param setting the setting that holds its limit
  /// @param inMemory whether its body is held in memory as a whole
  private record Upload(String setting, long bytesMax, boolean inMemory) {}

  AdmissionFilter(IngestConfig config, IngestMeters meters) {
    this.config = config;
    this.meters = meters;
    admission =
        new Admission(
            config.concurrencyMax() + config.queueMax(), config.queueBytesMax().asLongValue());
  }

  void register(@Observes Filters filters) {
    filters.register(this::admit, AFTER_AUTHENTICATION);
  }

  private void admit(RoutingContext context) {
    Optional<Upload> upload = uploadOf(context);
    if (upload.isEmpty()) {
      context.next();
      return;
    }
    Upload kind = upload.get();
    long length = contentLength(context.request(), kind.bytesMax());
    if (length > kind.bytesMax()) {
      refuse(context, tooLarge(context, kind));
      return;
    }
    Optional<Ticket> ticket = admission.tryEnter(kind.inMemory() ? length : 0);
    if (ticket.isEmpty()) {
      meters.overloaded();
      refuse(context, Problem.of(429, "overloaded", "too many uploads at once; try again"));
      return;
    }
    context.addEndHandler(_ -> ticket.get().close());
    context.next();
  }

  private Optional<Upload> uploadOf(RoutingContext context) {
    HttpMethod method = context.request().method();
    String path = context.normalizedPath();
    if (method == HttpMethod.PUT && path.startsWith("/v1/images/")) {
      return Optional.of(new Upload("ingest.max-bytes", config.maxBytes().asLongValue(), true));
    }
    if (method == HttpMethod.POST && path.equals("/v1/images")) {
      return Optional.of(
          new Upload("ingest.batch-bytes-max", config.batchBytesMax().asLongValue(), false));
    }
    if (method == HttpMethod.POST && path.equals("/v1/labels")) {
      return Optional.of(
          new Upload("ingest.labels-bytes-max", config.labelsBytesMax().asLongValue(), false));
    }
    return Optional.empty();
  }

  private Problem tooLarge(RoutingContext context, Upload kind) {
    if (kind.inMemory()) {
      meters.refused(Reason.TOO_LARGE);
    }
    return Problem.of(
        413,
        "too-large",
        "%s: the body is larger than %s, which is %d bytes"
            .formatted(context.normalizedPath(), kind.setting(), kind.bytesMax()));
  }

  /// Answers at once, then lets the rest of the body run into nothing, so that the caller gets to
  /// read the answer.
  private static void refuse(RoutingContext context, Problem problem) {
    context
        .response()
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
    if (problem.status() == 429) {
      context
          .response()
          .putHeader(
              HttpHeaders.createOptimized("Retry-After"), ProblemMappers.RETRY_AFTER_SECONDS);
    }
    context.response().end(json(problem));
    context.request().resume();
  }

  /// @return the length announced, or the most it may be
  private static long contentLength(HttpServerRequest request, long bytesMax) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? bytesMax : Long.parseLong(length); // Vert.x has checked the number.
  }

  private static String json(Problem problem) {
    try {
      return JSON.writeValueAsString(problem);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
