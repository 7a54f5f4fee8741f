package io.sketchstream.ingest.http;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Asks [UploadAdmission] about every upload before its body is read. It is bound to resource
/// methods, so that the spelling of a path does not matter.
///
/// **Threads:** those of requests; never blocks.
@Singleton
class AdmissionFilter {
  // Asked for with the first upload: filters are made before the settings are read.
  private final Instance<UploadAdmission> admission;

  AdmissionFilter(Instance<UploadAdmission> admission) {
    this.admission = admission;
  }

  /// Bound to all kinds: JAX-RS ignores the value of the annotation.
  @Upload(Upload.Kind.IMAGE)
  @ServerRequestFilter
  public Optional<Response> admit(ResourceInfo resource, RoutingContext context) {
    Upload.Kind kind = resource.getResourceMethod().getAnnotation(Upload.class).value();
    return admission
        .get()
        .refusal(kind, context)
        .map(problem -> {
          // The rest of the body runs into nothing, so that the caller gets to read the answer.
          context.addEndHandler(_ -> context.request().resume());
          return problem.response();
        });
  }
}
