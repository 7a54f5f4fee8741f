package io.sketchstream.shell.threads;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// Makes the JIT compilers of a service that has started give way.
@Singleton
class CompilersGiveWay {
  void start(@Observes StartupEvent event, ThreadsConfig config) {
    Niceness.ofCompilers(config.compilerNiceness());
  }
}
