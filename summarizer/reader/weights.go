package reader

var weights = [features]float64{fRole + int(roleSummary): 1.5, fRole + int(roleSpec): 0.5, fRole + int(roleMeta): -3, fAsks: 1, fMoney: 1, fTitle: 1, fFirst: 1, fChange: 0.5}
