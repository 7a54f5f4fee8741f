package io.sketchstream.shell.admission;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.Config;

/// The slots for bodies of every kind, in all services of the process together.
///
/// **Threads:** those of requests; never blocks.
@Singleton
class Admissions {
  private final Config settings;
  private final long formBytesMax;
  private final MeterRegistry meters;
  private final SlowBodies slow;
  private final Map<BodyKind, Admission> slots = new EnumMap<>(BodyKind.class);
  private final Map<String, Long> limits = new ConcurrentHashMap<>();

  Admissions(AdmissionConfig config, Config settings, MeterRegistry meters) {
    this.settings = settings;
    this.meters = meters;
    formBytesMax = config.formBytesMax().asLongValue();
    long bytesMax = config.bytesMax().asLongValue();
    double share = config.addressShare();
    slots.put(BodyKind.UPLOAD, new Admission(config.uploadsMax(), bytesMax, share));
    slots.put(BodyKind.SEARCH, new Admission(config.searchesMax(), bytesMax, share));
    slots.put(BodyKind.PEER, new Admission(config.searchesMax(), bytesMax, 1));
    slots.put(BodyKind.MODEL, new Admission(1, bytesMax, 1));
    slots.put(BodyKind.OTHER, new Admission(config.othersMax(), bytesMax, share));
    for (BodyKind kind : BodyKind.values()) { // An alert on its rate needs the counter at 0.
      BodyAdmission.refused(meters, kind, BodyAdmission.OVERLOADED);
    }
    slow = new SlowBodies(config.rateMin().asLongValue(), config.grace());
  }

  /// @param taken what the resource method says about its body, null where it says nothing
  BodyAdmission of(TakesBody taken, RoutingContext context) {
    BodyKind kind = taken == null ? BodyKind.OTHER : taken.kind();
    String limit = taken == null ? TakesBody.LIMIT : taken.limit();
    boolean streamed = taken != null && taken.streamed();
    return new BodyAdmission(
        context,
        kind,
        limits.computeIfAbsent(limit, this::limit),
        limit,
        streamed,
        slots.get(kind),
        streamed
            ? FormMemory.of(context.request().getHeader(HttpHeaders.CONTENT_TYPE))
            : Optional.empty(),
        formBytesMax,
        slow,
        meters);
  }

  private long limit(String setting) {
    return settings.getValue(setting, MemorySize.class).asLongValue();
  }
}
