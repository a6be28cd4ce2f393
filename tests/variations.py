"""Parameter sets of the chapters that tests run beside the defaults."""

#: Other parameter sets of each chapter, one of which leaves little or nothing to pool.
VARIATIONS = {
    "claims-audit": [
        {"review": "littlejohn2017", "severity": "weakens", "show": 3},
        {"verdict": "differs from the primary source", "kind": "overlap"},
    ],
    "fibromyalgia-trials": [
        {"drug": "memantine", "measure": "OR", "test": "z", "level": 90.0},
        {"origin": "reported", "overlap": True, "method": "DL"},
    ],
    "glutamate-biomarkers": [
        {"tissue": "brain", "condition": "fibromyalgia", "analyte": "glx", "measure": "SMD"},
        {"tissue": "serum", "method": "EE", "test": "z"},
        {"tissue": "csf", "origin": "reported", "method": "PM", "test": "knha"},
    ],
    "methods": [
        {"replicates": 100, "replicates_slow": 10, "p": 0.1},
        {"replicates": 100, "replicates_slow": 10, "level": 90.0, "rare": 0.2, "processes": 1},
    ],
    "migraine-trials": [
        {"drug": "memantine", "purpose": "preventive", "measure": "OR", "level": 90.0},
        {"drug": "ketamine", "purpose": "preventive", "design": "controlled", "method": "DL"},
    ],
    "receptor-and-doses": [
        {"magnesium_mm": 0.0, "drug": "amantadine", "potency": "off", "weight_kg": 30.0},
        {
            "magnesium_mm": 10.0,
            "voltage_low_mv": -20.0,
            "voltage_high_mv": -10.0,
            "fit": "mel",
            "drug": "ketamine",
            "potency": "clinical",
        },
    ],
    "neuroinflammation-imaging": [
        {"subtype": "HM", "design_class": "case report", "level": 90.0},
        {"subtype": "HM", "target": "macrophages", "power": 0.9},
    ],
    "responders-and-nnt": [
        {"condition": "other", "threshold": 0, "level": 80.0},
        {"condition": "fibromyalgia", "drug": "magnesium"},
        {
            "origin": "reported",
            "threshold": 0,
            "drug": "ketamine",
            "test": "knha",
            "prior": 0.05,
            "low_risk": 90.0,
        },
    ],
    "robustness": [
        {"headline": "ketamine_response_session", "share": 99.0, "tests": "adhoc"},
        {"methods": "DL", "tests": "hybrid", "level": 99.0, "points": 100.0},
    ],
}
