package io.sketchstream.shell.access;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Looks, before anything starts, whether strangers could call.
@Singleton
class AccessBeans {
  private static final int BEFORE_ALL = 1;

  private final AccessConfig config;
  private final Access access;

  AccessBeans(AccessConfig config) {
    this.config = config;
    this.access = new Access(config.token().filter(token -> !token.isBlank()));
  }

  @Produces
  @Singleton
  Access access() {
    return access;
  }

  void start(
      @Observes @Priority(BEFORE_ALL) StartupEvent event,
      @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String host) {
    access.check(host, config.open());
  }
}
