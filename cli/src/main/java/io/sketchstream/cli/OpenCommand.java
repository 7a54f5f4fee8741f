package io.sketchstream.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `open`: opens the page in a browser.
@Command(
    name = "open",
    description = "Open the web page of the server in a browser, and print its address.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {"  sketchstream open", "  sketchstream open --print"})
final class OpenCommand implements Callable<Integer> {
  private static final List<String> BROWSERS = List.of("xdg-open", "open", "wslview");

  @Mixin private ServerOption server;

  @Option(names = "--print", description = "Only print the address.")
  private boolean onlyPrint;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    try (Server open = server.open()) {
      Server.expectJson(open.get("/v1/status", Map.of()));
      PrintWriter out = spec.commandLine().getOut();
      out.println(open.base());
      out.flush();
      return onlyPrint || BROWSERS.stream().anyMatch(b -> starts(b, open.base().toString()))
          ? 0
          : Main.FAILED;
    }
  }

  private static boolean starts(String program, String address) {
    try {
      new ProcessBuilder(program, address)
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start();
      return true;
    } catch (IOException _) {
      return false; // It is not installed.
    }
  }
}
