# SPDX-License-Identifier: Apache-2.0
# Compares the values that the program given prints with R's own.
#
# Excused, because 60-digit arithmetic found R 4.2.2 wrong there and us right to 1e-13 (quantiles: 1e-14):
#   pbeta with a and b of 1e6 and more has 1e-10, as it rounds the distance of x from the mean;
#   qbeta and qt of tails below 1e-30 give NaN, 1, or 4 to 10 digits for unequal shapes and small df.
table <- read.table(text = system2(commandArgs(TRUE)[1], stdout = TRUE),
                    colClasses = c("character", rep("numeric", 4)), col.names = c("name", "a", "b", "c", "ours"))

# binom.test, and its formula where its p-value would take hours
exact <- function(x, n, level, side) {
  tail <- (1 - level) / 2
  limit <- if (side == 1) ifelse(x == 0, 0, qbeta(tail, x, n - x + 1)) else
    ifelse(x == n, 1, qbeta(tail, x + 1, n - x, lower.tail = FALSE))
  small <- which(n <= 5000)
  limit[small] <- mapply(function(x, n, level) binom.test(x, n, conf.level = level)$conf.int[side],
                         x[small], n[small], level[small])
  limit
}
wilson <- function(x, n, level, side) mapply(function(x, n, level)
  prop.test(x, n, conf.level = level, correct = FALSE)$conf.int[side], x, n, level)
jeffreys <- function(x, n, level, side) {
  tail <- (1 - level) / 2
  if (side == 1) ifelse(x == 0, 0, qbeta(tail, x + 0.5, n - x + 0.5)) else
    ifelse(x == n, 1, qbeta(tail, x + 0.5, n - x + 0.5, lower.tail = FALSE))
}
# the root of its definition over log p, or of the other end's mirror
mid <- function(x, n, level, side) {
  above <- function(x, n, tail) {
    if (x == 0) return(0)
    off <- function(t) (pbinom(x, n, exp(t), lower.tail = FALSE) + pbinom(x - 1, n, exp(t), lower.tail = FALSE)) / 2 - tail
    exp(uniroot(off, c(log(1e-15), 0), tol = 1e-13)$root)
  }
  below <- function(x, n, tail) {
    if (x == n) return(1)
    off <- function(t) (pbinom(x, n, exp(t)) + pbinom(x - 1, n, exp(t))) / 2 - tail
    exp(uniroot(off, c(log(1e-15), 0), tol = 1e-13)$root)
  }
  mapply(if (side == 1) above else below, x, n, (1 - level) / 2)
}

theirs <- list(
  pnorm = function(a, b, c) pnorm(a, lower.tail = FALSE),
  qnorm = function(a, b, c) qnorm(a, lower.tail = FALSE),
  qt = function(a, b, c) qt(a, b, lower.tail = FALSE),
  lower = pbeta,
  upper = function(a, b, c) pbeta(a, b, c, lower.tail = FALSE),
  qlower = qbeta,
  qupper = function(a, b, c) qbeta(a, b, c, lower.tail = FALSE),
  cplower = function(a, b, c) exact(a, b, c, 1),
  cpupper = function(a, b, c) exact(a, b, c, 2),
  jeffreyslower = function(a, b, c) jeffreys(a, b, c, 1),
  jeffreysupper = function(a, b, c) jeffreys(a, b, c, 2),
  midlower = function(a, b, c) mid(a, b, c, 1),
  midupper = function(a, b, c) mid(a, b, c, 2),
  wilsonlower = function(a, b, c) wilson(a, b, c, 1),
  wilsonupper = function(a, b, c) wilson(a, b, c, 2))
tolerance <- c(pnorm = 1e-14, qnorm = 1e-14, qt = 1e-11, lower = 1e-12, upper = 1e-12, qlower = 1e-12, qupper = 1e-12,
               cplower = 1e-11, cpupper = 1e-11, jeffreyslower = 1e-11, jeffreysupper = 1e-11, midlower = 1e-10,
               midupper = 1e-10, wilsonlower = 1e-12, wilsonupper = 1e-12)

failed <- 0
for (name in names(theirs)) {
  part <- table[table$name == name, ]
  part$theirs <- suppressWarnings(theirs[[name]](part$a, part$b, part$c))
  part$allowed <- tolerance[name]
  if (name %in% c("lower", "upper")) part$allowed[pmin(part$b, part$c) >= 1e6] <- 1e-10
  if (name %in% c("qt", "qlower", "qupper")) part$allowed[part$a < 1e-30] <- Inf
  part$off <- abs(part$ours - part$theirs) / abs(part$theirs)
  part$off[part$ours == part$theirs | abs(part$ours - part$theirs) < 1e-290] <- 0
  part$off[name == "wilsonlower" & part$ours == 0 & part$theirs < 1e-15] <- 0
  part$off[is.na(part$off)] <- 1
  bad <- part[part$off > part$allowed, ]
  judged <- part$off[is.finite(part$allowed)]
  cat(sprintf("%s: %d values compared, %d excused, largest difference %.1e, %d too large\n", name, length(judged),
              nrow(part) - length(judged), max(judged), nrow(bad)))
  if (nrow(bad)) print(head(bad, 20), digits = 15)
  failed <- failed + nrow(bad) + (length(judged) == 0)
}
quit(status = if (failed) 1 else 0)
