package io.sketchstream.standalone;

import io.quarkus.arc.Arc;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.sketchstream.shell.process.HttpAddress;
import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/// Runs while Quarkus runs: waits until every service is ready, prints the `ready` line and waits
/// for the stop.
public final class ReadyLine implements QuarkusApplication {
  private static final Logger LOG = Logger.getLogger(ReadyLine.class);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(25);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  @Override
  public int run(String... args) throws InterruptedException {
    SmallRyeHealthReporter reporter = Arc.container().instance(SmallRyeHealthReporter.class).get();
    long sayAt = System.nanoTime() + PATIENCE.toNanos();
    SmallRyeHealth health = reporter.getReadiness();
    while (health.isDown() && !stopping()) {
      if (System.nanoTime() - sayAt > 0) {
        System.err.println("still starting, waiting for " + String.join(", ", down(health)));
        sayAt += PATIENCE.toNanos();
      }
      Thread.sleep(POLL_INTERVAL);
      health = reporter.getReadiness();
    }
    if (!stopping()) {
      String ready = "ready http://" + address() + " kafka " + setting("kafka.bootstrap.servers");
      LOG.info(ready);
      System.out.println(ready);
      System.out.flush();
    }
    Quarkus.waitForExit();
    return 0;
  }

  private static boolean stopping() {
    return ApplicationLifecycleManager.isVmShuttingDown();
  }

  private static String address() {
    return HttpAddress.fromHere(
        setting("quarkus.http.host"), Integer.parseInt(setting("quarkus.http.port")));
  }

  private static String setting(String key) {
    return ConfigProvider.getConfig().getValue(key, String.class);
  }

  private static List<String> down(SmallRyeHealth health) {
    return health.getPayload().getJsonArray("checks").getValuesAs(JsonObject.class).stream()
        .filter(check -> check.getString("status").equals("DOWN"))
        .map(check -> check.getString("name"))
        .collect(Collectors.toList());
  }
}
