package io.sketchstream.shell.access;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.util.LinkedHashMap;
import java.util.Map;

/// Turns callers without the token away, with 401 (RFC 6750), before anything of the request is
/// looked at. The files of the page are no secret, and are not in its way.
@Provider
@Priority(Priorities.AUTHENTICATION)
public final class AccessFilter implements ContainerRequestFilter {
  // Asked for with the first request: filters are made before the settings are read.
  private final Instance<Access> access;

  AccessFilter(Instance<Access> access) {
    this.access = access;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    Cookie cookie = request.getCookies().get(Access.COOKIE);
    if (!access
        .get()
        .admits(
            request.getHeaderString(HttpHeaders.AUTHORIZATION),
            cookie == null ? null : cookie.getValue())) {
      request.abortWith(refusal());
    }
  }

  private static Response refusal() {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "about:blank");
    problem.put("title", "Unauthorized");
    problem.put("status", Response.Status.UNAUTHORIZED.getStatusCode());
    problem.put("detail", "this installation wants a token: Authorization: Bearer TOKEN");
    return Response.status(Response.Status.UNAUTHORIZED)
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"sketchstream\"")
        .type("application/problem+json")
        .entity(problem)
        .build();
  }
}
