package io.sketchstream.ingest.http;

import io.sketchstream.ingest.IngestConfig;
import io.sketchstream.ingest.gallery.IngestMeters;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.SizeLimit;
import io.sketchstream.ingest.http.Admission.Ticket;
import io.sketchstream.shell.problem.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Decides about an upload before its body is read: one that is too large is refused, one too many
/// is asked to try again later, and one that is too slow is ended.
///
/// **Threads:** those of requests; never blocks.
@Singleton
class UploadAdmission {
  private final IngestMeters meters;
  private final Admission admission;
  private final SlowUploads slow;
  private final Map<Upload.Kind, SizeLimit> limits = new EnumMap<>(Upload.Kind.class);

  UploadAdmission(IngestConfig config, IngestMeters meters) {
    this.meters = meters;
    admission =
        new Admission(
            config.concurrencyMax() + config.queueMax(),
            config.queueBytesMax().asLongValue(),
            config.addressShare());
    slow = new SlowUploads(config.uploadRateMin().asLongValue(), config.uploadGrace());
    limits.put(
        Upload.Kind.IMAGE, new SizeLimit("ingest.max-bytes", config.maxBytes().asLongValue()));
    limits.put(
        Upload.Kind.BATCH,
        new SizeLimit("ingest.batch-bytes-max", config.batchBytesMax().asLongValue()));
    limits.put(
        Upload.Kind.LABELS,
        new SizeLimit("ingest.labels-bytes-max", config.labelsBytesMax().asLongValue()));
  }

  /// @return why the upload is refused; empty when it is admitted, until its request ends
  Optional<Problem> refusal(Upload.Kind kind, RoutingContext context) {
    boolean inMemory = kind == Upload.Kind.IMAGE;
    long length = contentLength(context.request(), limits.get(kind).bytesMax());
    try {
      limits.get(kind).check(length);
    } catch (RefusedException e) {
      if (inMemory) {
        meters.refused(e.reason());
      }
      return Optional.of(Problems.of(e, context.normalizedPath()));
    }
    Optional<Ticket> ticket = admission.tryEnter(address(context.request()), inMemory ? length : 0);
    if (ticket.isEmpty()) {
      meters.overloaded();
      return Optional.of(Problems.of(429, "overloaded", "too many uploads at once; try again"));
    }
    context.addEndHandler(_ -> ticket.get().close());
    slow.watch(context);
    return Optional.empty();
  }

  /// For IPv6 the /64 network, which usually belongs to one caller.
  private static String address(HttpServerRequest request) {
    String address = request.remoteAddress().hostAddress();
    return address.contains(":")
        ? Arrays.stream(address.split(":", -1)).limit(4).collect(Collectors.joining(":"))
        : address;
  }

  /// @return the announced length, or the largest allowed
  private static long contentLength(HttpServerRequest request, long bytesMax) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? bytesMax : Long.parseLong(length); // Vert.x has checked the number.
  }
}
