package io.sketchstream.shell.logging;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.LogContext;

/// Sets the format of all log handlers before the services start.
@Singleton
class LogSetup {
  private static final int BEFORE_ALL = 1;

  void start(
      @Observes @Priority(BEFORE_ALL) StartupEvent event,
      LogConfig config,
      @ConfigProperty(name = "quarkus.application.name", defaultValue = "sketchstream")
          String service) {
    if (config.format() == LogConfig.Format.JSON) {
      format(LogContext.getLogContext().getLogger("").getHandlers(), new JsonLines(service));
    }
  }

  private static void format(Handler[] handlers, Formatter formatter) {
    for (Handler handler : handlers) {
      handler.setFormatter(formatter);
      if (handler instanceof ExtHandler several) {
        format(several.getHandlers(), formatter);
      }
    }
  }
}
