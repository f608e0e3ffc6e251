# SPDX-License-Identifier: Apache-2.0
# R: fread of data.table on all threads, of the two columns that are used, and roc of pROC, which is told levels and
# direction so that it need not guess, and to use its faster algorithm. No intervals, no people.
#
#     Rscript peer_proc.R FILE
suppressMessages({
  library(data.table)
  library(pROC)
})
path <- commandArgs(trailingOnly = TRUE)[1]
start <- proc.time()[["elapsed"]]
table <- fread(path, select = c("score", "mated"), showProgress = FALSE)
curve <- roc(table$mated, table$score, levels = c(0, 1), direction = "<", quiet = TRUE, algorithm = 2)
area <- as.numeric(auc(curve))
targets <- c("1e-1", "1e-2", "1e-3", "1e-4", "1e-5", "1e-6")
# A specificity is one minus a share, so that a share equal to the target may differ in the last bit.
fnmr <- sapply(as.numeric(targets), function(t) 1 - max(curve$sensitivities[1 - curve$specificities <= t + 1e-13]))
seconds <- proc.time()[["elapsed"]] - start
versions <- sprintf('"R": "%s.%s", "data.table": "%s", "pROC": "%s"', R.version$major, R.version$minor,
                    packageVersion("data.table"), packageVersion("pROC"))
rates <- paste(sprintf('"%s": %.17g', targets, fnmr), collapse = ", ")
cat(sprintf('{"seconds": %.3f, "versions": {%s}, "answers": {"AUC": %.17g, "FNMR": {%s}}}\n', seconds, versions, area,
            rates))
